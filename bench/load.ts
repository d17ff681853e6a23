import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundleFunctions } from '../local/gateway/bundle.ts';
import { readServerless } from '../local/serverless.ts';
import { figureOf, type Row, rounded } from './row.ts';
import { median } from './statistics.ts';

const RUNS = 10;

/** What a function that uses @kubernetes/client-node as its index gives it would bundle. */
const PLAIN_CLIENT = `
  import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
  export const handler = () => new KubeConfig().makeApiClient(CustomObjectsApi);`;

const GROUP = 'load';
const AIM = '+25 ms';

/**
 * Time of a fresh process that imports a bundle and ends, beside one that imports an empty file, in turn, so that a
 * machine that changes its speed changes all alike.
 */
export async function measureLoading(root: string): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-bench-'));
  try {
    const files = await bundles(root, directory);
    const times = new Map<string, number[]>(files.map(([what]) => [what, []]));
    for (let run = 0; run <= RUNS; run += 1) {
      for (const [what, file] of files) {
        const took = timeOf(file);
        // The first round fills the system's caches.
        if (run > 0) times.get(what)?.push(took);
      }
    }
    const empty = median(times.get('anchor: empty process') ?? []);
    return await Promise.all(files.map(([what, file]) => rowOf(what, file, times.get(what) ?? [], empty)));
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function bundles(root: string, directory: string): Promise<(readonly [what: string, file: string])[]> {
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
  return [
    ['anchor: empty process', join(directory, 'empty.mjs')],
    ['anchor: plain client-node', join(directory, 'plain/client.mjs')],
    ...deployment.functions.map(({ name }) => [name, join(directory, `${name}.mjs`)] as const),
  ];
}

function timeOf(file: string): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [file]);
  if (status !== 0) throw new Error(`${file} does not load: ${stderr}`);
  return performance.now() - begun;
}

async function rowOf(what: string, file: string, times: readonly number[], emptyMs: number): Promise<Row> {
  return {
    group: GROUP,
    what,
    unit: 'ms',
    ...figureOf(times),
    ...(what.startsWith('anchor') ? {} : { above: rounded(median(times) - emptyMs, 1), aim: AIM }),
    gzippedKB: Math.round(gzipSync(await readFile(file)).length / 1024),
  };
}
