import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { parse } from 'yaml';

const Route = v.object({ method: v.string(), path: v.string() });

/** What of serverless.yml says which functions there are and how they are bundled. */
const Serverless = v.object({
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
      role: v.picklist(['ReaderRole', 'RunnerRole', 'KeeperRole']),
      events: v.optional(v.array(v.object({ httpApi: v.optional(Route) })), []),
    }),
  ),
});

export type Identity = 'reader' | 'runner' | 'keeper';

const IDENTITY = { ReaderRole: 'reader', RunnerRole: 'runner', KeeperRole: 'keeper' } as const;

export type DeployedFunction = {
  readonly name: string;
  /** Path of its source, without the ending. */
  readonly source: string;
  readonly identity: Identity;
  /** `GET /v1/spaces/{space}/apps` */
  readonly routes: readonly string[];
};

export type Deployment = {
  readonly functions: readonly DeployedFunction[];
  readonly bundling: v.InferOutput<typeof Serverless>['custom']['esbuild'];
};

/** The functions and routes of serverless.yml, so that what runs here is what is deployed. */
export async function readServerless(file: string): Promise<Deployment> {
  const { functions, custom } = v.parse(Serverless, parse(await readFile(file, 'utf8'), { merge: true }));
  return {
    bundling: custom.esbuild,
    functions: Object.entries(functions).map(([name, { handler, role, events }]) => ({
      name,
      source: handler.replace(/\.handler$/, ''),
      identity: IDENTITY[role],
      routes: events.flatMap(({ httpApi }) => (httpApi ? [`${httpApi.method} ${httpApi.path}`] : [])),
    })),
  };
}
