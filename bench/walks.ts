import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import * as v from 'valibot';
import { startCloud } from '../local/cloud.ts';
import { type Identity, readServerless } from '../local/cloudformation/serverless.ts';
import { stackEnvironment } from '../local/cloudformation/stack.ts';
import { environmentFor, writeTokens } from '../local/cluster/access.ts';
import { setUpEmbeddedCluster } from '../local/cluster/set-up.ts';
import { runTaskEvent } from './http-event.ts';
import { SPEC } from './raw-post.ts';
import { figureOf, type Row } from './row.ts';

const SPACE = 'bench';
const HOUR_MS = 60 * 60_000;

type Walk = {
  readonly title: string;
  readonly program: string;
  readonly identity: Identity;
  readonly event: object;
  /** Limit of the files. */
  readonly aim: number;
  readonly aheadMs?: number;
};

/** The reconcile comes first: what the others start would give it work. */
const WALKS: readonly Walk[] = [
  { title: 'a quiet reconcile', program: 'reconcile', identity: 'keeper', event: {}, aim: 45 },
  {
    title: 'run-task',
    program: 'run-task',
    identity: 'runner',
    event: runTaskEvent(SPACE, 'bench'),
    aim: 25,
  },
  {
    title: 'a scheduled start',
    program: 'fire-job',
    identity: 'runner',
    event: { space: SPACE, job: 'hourly', time: new Date(Date.now() + HOUR_MS).toISOString() },
    aim: 30,
    aheadMs: HOUR_MS,
  },
  { title: 'prune', program: 'prune', identity: 'keeper', event: {}, aim: 25 },
];

const OBJECTS = [
  { kind: 'App', metadata: { name: 'bench' }, spec: SPEC },
  {
    kind: 'Job',
    metadata: { name: 'hourly' },
    spec: {
      app: 'bench',
      command: 'true',
      concurrencyPolicy: 'Always',
      suspend: false,
      schedule: { cron: '0 * * * *', timeZone: 'UTC' },
    },
  },
].map(({ metadata, ...rest }) => ({
  apiVersion: 'taskbridge.dev/v1alpha1',
  ...rest,
  metadata: { ...metadata, namespace: SPACE },
}));

/**
 * Source files of `lib/` and `functions/` that a reader passes on four walks: those of which a named function runs in one
 * invocation, over an embedded cluster with one app and one job.
 */
export async function measureWalks(root: string): Promise<Row[]> {
  const { access, cluster, openSpace, stop } = await setUpEmbeddedCluster();
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-bench-'));
  await mkdir(join(root, '.bench'), { recursive: true });
  const compiled = await mkdtemp(join(root, '.bench/walks-'));
  const cloud = await startCloud({ cluster: access });
  try {
    await compile(root, compiled);
    await openSpace(SPACE);
    await cluster.apply(OBJECTS);
    await writeTokens(access, directory);
    const deployment = await readServerless(join(root, 'serverless.yml'));
    const environmentOf = environmentFor(access, {
      ...{ directory, credentials: cloud.credentials },
      stack: stackEnvironment(deployment, cloud.eventBridge.url),
    });
    const filesOf = ({ program, identity, event, aheadMs = 0 }: Walk): Promise<readonly string[]> =>
      invoke(compiled, environmentOf({ name: program, identity }), { program, event, aheadMs });
    // Applies the schedule.
    for (const walk of WALKS.slice(0, 1)) await filesOf(walk);
    const rows: Row[] = [];
    for (const walk of WALKS) rows.push(rowOf(walk, await filesOf(walk)));
    return rows;
  } finally {
    await cloud.stop();
    await stop();
    await Promise.all([directory, compiled].map((path) => rm(path, { recursive: true })));
  }
}

/** Compiles the sources file by file: V8 then reports the names of their functions, which tsx wraps. */
async function compile(root: string, into: string): Promise<void> {
  const folders = await Promise.all(
    ['lib', 'functions'].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((path) => join(folder, path)),
    ),
  );
  const paths = [...folders.flat(), 'local/fake-clock.ts', 'bench/walked.ts'];
  for (const path of paths.filter((path) => path.endsWith('.ts'))) {
    const { code } = await transform(await readFile(join(root, path), 'utf8'), {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
    });
    const target = join(into, path.replace(/\.ts$/, '.mjs'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, code.replace(/(["']\.[^"']*)\.ts(["'])/g, '$1.mjs$2'));
  }
}

async function invoke(
  root: string,
  environment: Readonly<Record<string, string>>,
  { program, event, aheadMs }: { program: string; event: object; aheadMs: number },
): Promise<readonly string[]> {
  const sources = `${pathToFileURL(root).href}/`;
  const settings = JSON.stringify({ module: `${sources}functions/${program}.mjs`, event, sources, aheadMs });
  const child = fork(join(root, 'bench/walked.mjs'), [settings], {
    cwd: root,
    env: { ...environment, PATH: process.env.PATH },
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let files: readonly string[] = [];
  child.on('message', (message) => {
    files = v.parse(v.array(v.string()), message);
  });
  const [code] = await once(child, 'exit');
  if (code !== 0 || files.length === 0) throw new Error(`${program} ended with ${code}.`);
  return files;
}

const rowOf = ({ title, aim }: Walk, files: readonly string[]): Row => ({
  group: 'walks',
  what: title,
  unit: 'files',
  ...figureOf([files.length], 0),
  aim: `${aim} files`,
  files,
});
