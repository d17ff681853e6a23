import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { readServerless } from '../local/cloudformation/serverless.ts';
import { bundleFunctions } from '../local/gateway/bundle.ts';
import { bundleCli } from '../tools/build/cli.mjs';
import { figureOf, type Row, rounded } from './row.ts';
import { median } from './statistics.ts';

const RUNS = 10;

/** Bundle of a function that imports the index of @kubernetes/client-node. */
const PLAIN_CLIENT = `
  import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
  export const handler = () => new KubeConfig().makeApiClient(CustomObjectsApi);`;

const GROUP = 'load';
const AIM = '+25 ms';
const AIM_OF_COMMAND = '+60 ms';

/** A file that a process starts with. */
type Start = {
  readonly what: string;
  readonly file: string;
  readonly args?: readonly string[];
  readonly aim?: string;
};

/**
 * Time of a fresh process that imports a function's bundle and ends, and of the command line's version, beside one that
 * imports an empty file: in turn, so that a machine that changes its speed changes all alike.
 */
export async function measureLoading(root: string): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-bench-'));
  try {
    const starts = await bundles(root, directory);
    const times = new Map<string, number[]>(starts.map(({ what }) => [what, []]));
    for (let run = 0; run <= RUNS; run += 1) {
      for (const start of starts) {
        const took = timeOf(start);
        // The first round fills the system's caches.
        if (run > 0) times.get(start.what)?.push(took);
      }
    }
    const empty = median(times.get('anchor: empty process') ?? []);
    return await Promise.all(starts.map((start) => rowOf(start, times.get(start.what) ?? [], empty)));
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function bundles(root: string, directory: string): Promise<readonly Start[]> {
  const deployment = await readServerless(join(root, 'serverless.yml'));
  await bundleFunctions(root, deployment, directory);
  await writeFile(join(directory, 'empty.mjs'), '');
  await mkdir(join(directory, 'plain'));
  await build({
    stdin: { contents: PLAIN_CLIENT, resolveDir: root },
    outfile: join(directory, 'plain/client.mjs'),
    bundle: true,
    ...deployment.bundling,
  });
  const command = join(directory, 'taskbridge.mjs');
  await bundleCli(command);
  return [
    { what: 'anchor: empty process', file: join(directory, 'empty.mjs') },
    { what: 'anchor: plain client-node', file: join(directory, 'plain/client.mjs') },
    ...deployment.functions.map(({ name }) => ({
      what: name,
      file: join(directory, `${name}.mjs`),
      aim: AIM,
    })),
    { what: 'taskbridge version', file: command, args: ['version'], aim: AIM_OF_COMMAND },
  ];
}

function timeOf({ file, args = [] }: Start): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [file, ...args]);
  if (status !== 0) throw new Error(`${file} does not load: ${stderr}`);
  return performance.now() - begun;
}

async function rowOf({ what, file, aim }: Start, times: readonly number[], emptyMs: number): Promise<Row> {
  return {
    group: GROUP,
    what,
    unit: 'ms',
    ...figureOf(times),
    ...(aim === undefined ? {} : { above: rounded(median(times) - emptyMs, 1), aim }),
    gzippedKB: Math.round(gzipSync(await readFile(file)).length / 1024),
  };
}
