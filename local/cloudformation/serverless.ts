import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { parse } from 'yaml';
import type { Retries } from '../eventbridge/dispatcher.ts';
import { Settings, withSettings } from './settings.ts';

const Route = v.object({ method: v.string(), path: v.string() });

/** Rule with a pattern on the service's own bus, the only custom bus. */
const EventRule = v.object({
  eventBus: v.strictObject({ Ref: v.literal('EventBus') }),
  pattern: v.record(v.string(), v.unknown()),
});

/** Reserved concurrency as a setting of the stage, whose 0 reserves none. */
const Reserved = v.pipe(
  v.strictObject({
    'Fn::If': v.tuple([v.string(), v.string(), v.strictObject({ Ref: v.literal('AWS::NoValue') })]),
  }),
  v.transform(({ 'Fn::If': [, setting] }) => Number(setting) || undefined),
);

/** The part of serverless.yml that names the functions and says how they are bundled. */
const Serverless = v.object({
  service: v.string(),
  provider: v.object({ timeout: v.number() }),
  custom: v.object({
    cors: v.object({
      origin: v.object({
        allowedHeaders: v.array(v.string()),
        allowedMethods: v.array(v.string()),
        exposedResponseHeaders: v.array(v.string()),
        maxAge: v.number(),
      }),
    }),
    esbuild: v.object({
      minify: v.boolean(),
      format: v.literal('esm'),
      platform: v.literal('node'),
      target: v.string(),
      banner: v.object({ js: v.string() }),
    }),
  }),
  functions: v.record(
    v.string(),
    v.object({
      handler: v.string(),
      role: v.picklist([
        'ReaderRole',
        'SourceRole',
        'RunnerRole',
        'SchedulerRole',
        'KeeperRole',
        'PusherRole',
        'ReconcilerRole',
        'CleanupRole',
      ]),
      timeout: v.optional(v.number()),
      reservedConcurrency: v.optional(Reserved),
      maximumRetryAttempts: v.optional(v.number(), 2),
      maximumEventAge: v.optional(v.number(), 6 * 3600),
      destinations: v.optional(v.unknown()),
      events: v.optional(
        v.array(
          v.object({
            httpApi: v.optional(Route),
            schedule: v.optional(v.string()),
            eventBridge: v.optional(EventRule),
          }),
        ),
        [],
      ),
    }),
  ),
});

export type Identity = 'reader' | 'runner' | 'keeper';

/** Cluster identity of each role of the stack; `CleanupRole` has none. */
const IDENTITY: Readonly<Record<string, Identity>> = {
  ReaderRole: 'reader',
  SourceRole: 'reader',
  RunnerRole: 'runner',
  SchedulerRole: 'runner',
  KeeperRole: 'keeper',
  PusherRole: 'keeper',
  ReconcilerRole: 'keeper',
};

export type DeployedFunction = {
  readonly name: string;
  /** Path of its source, without the extension. */
  readonly source: string;
  /** Absent: it does not call the cluster. */
  readonly identity: Identity | undefined;
  /** Logical id of its role. */
  readonly role: string;
  readonly timeoutSeconds: number;
  /** Limit of concurrent executions. Absent: the account's. */
  readonly reservedConcurrency: number | undefined;
  /** Route keys: `GET /v1/spaces/{space}/apps`. */
  readonly routes: readonly string[];
  /** Schedule expressions of its rules. */
  readonly schedules: readonly string[];
  /** Event patterns of its rules on the service's own bus. */
  readonly patterns: readonly Readonly<Record<string, unknown>>[];
  /** Retry policy of asynchronous invocations; Lambda's defaults unless set. */
  readonly retries: Retries & { readonly deadLetters: boolean };
};

export type Deployment = {
  readonly service: string;
  readonly functions: readonly DeployedFunction[];
  readonly bundling: v.InferOutput<typeof Serverless>['custom']['esbuild'];
  /** CORS settings for an allowed origin. */
  readonly cors: v.InferOutput<typeof Serverless>['custom']['cors']['origin'];
};

/** Reads the functions, routes and schedules of serverless.yml, so that the local cloud runs what is deployed. */
export async function readServerless(file: string): Promise<Deployment> {
  const text = await readFile(file, 'utf8');
  const settings = v.parse(Settings, parse(text, { merge: true }));
  const { service, provider, functions, custom } = v.parse(
    Serverless,
    parse(withSettings(text, settings), { merge: true }),
  );
  return {
    service,
    bundling: custom.esbuild,
    cors: custom.cors.origin,
    functions: Object.entries(functions).map(
      ([name, { handler, role, timeout, reservedConcurrency, events, ...asynchronous }]) => ({
        name,
        source: handler.replace(/\.handler$/, ''),
        identity: IDENTITY[role],
        role,
        reservedConcurrency,
        timeoutSeconds: timeout ?? provider.timeout,
        routes: events.flatMap(({ httpApi }) => (httpApi ? [`${httpApi.method} ${httpApi.path}`] : [])),
        schedules: events.flatMap(({ schedule }) => (schedule === undefined ? [] : [schedule])),
        patterns: events.flatMap(({ eventBridge }) =>
          eventBridge === undefined ? [] : [eventBridge.pattern],
        ),
        retries: {
          maximumRetryAttempts: asynchronous.maximumRetryAttempts,
          maximumEventAgeSeconds: asynchronous.maximumEventAge,
          deadLetters: asynchronous.destinations !== undefined,
        },
      }),
    ),
  };
}
