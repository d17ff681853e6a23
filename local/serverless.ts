import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { parse } from 'yaml';

const Route = v.object({ method: v.string(), path: v.string() });

/** What of serverless.yml says which functions there are and how they are bundled. */
const Serverless = v.object({
  service: v.string(),
  provider: v.object({ timeout: v.number() }),
  custom: v.object({
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
      role: v.picklist(['ReaderRole', 'RunnerRole', 'SchedulerRole', 'KeeperRole', 'ReconcilerRole']),
      timeout: v.optional(v.number()),
      events: v.optional(
        v.array(v.object({ httpApi: v.optional(Route), schedule: v.optional(v.string()) })),
        [],
      ),
    }),
  ),
});

export type Identity = 'reader' | 'runner' | 'keeper';

/** The identity in the cluster behind a role of the stack; the two others may write rules too. */
const IDENTITY = {
  ReaderRole: 'reader',
  RunnerRole: 'runner',
  SchedulerRole: 'runner',
  KeeperRole: 'keeper',
  ReconcilerRole: 'keeper',
} as const;

export type DeployedFunction = {
  readonly name: string;
  /** Path of its source, without the ending. */
  readonly source: string;
  readonly identity: Identity;
  readonly timeoutSeconds: number;
  /** `GET /v1/spaces/{space}/apps` */
  readonly routes: readonly string[];
  /** Expressions of the rules that the stack makes for it. */
  readonly schedules: readonly string[];
};

export type Deployment = {
  readonly service: string;
  readonly functions: readonly DeployedFunction[];
  readonly bundling: v.InferOutput<typeof Serverless>['custom']['esbuild'];
};

/** The functions, routes and schedules of serverless.yml, so that what runs here is what is deployed. */
export async function readServerless(file: string): Promise<Deployment> {
  const { service, provider, functions, custom } = v.parse(
    Serverless,
    parse(await readFile(file, 'utf8'), { merge: true }),
  );
  return {
    service,
    bundling: custom.esbuild,
    functions: Object.entries(functions).map(([name, { handler, role, timeout, events }]) => ({
      name,
      source: handler.replace(/\.handler$/, ''),
      identity: IDENTITY[role],
      timeoutSeconds: timeout ?? provider.timeout,
      routes: events.flatMap(({ httpApi }) => (httpApi ? [`${httpApi.method} ${httpApi.path}`] : [])),
      schedules: events.flatMap(({ schedule }) => (schedule === undefined ? [] : [schedule])),
    })),
  };
}
