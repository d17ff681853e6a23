import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createCredentials } from '../local/credentials.ts';
import { measureBurst } from './burst.ts';
import { measureConcurrent } from './concurrent-run-task.ts';
import { measureCrons } from './cron.ts';
import { measureLoading } from './load.ts';
import { type Measure, withMeasure } from './measure.ts';
import { type Curves, plot } from './plot.ts';
import { measureSweep } from './polling.ts';
import { measurePruning } from './pruning.ts';
import { printTable } from './row.ts';
import { type Bench, measureRunTask } from './run-task.ts';
import { withBenchSpaces } from './space.ts';
import { measureWalks } from './walks.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Spaces of the polled jobs. */
const SPACES = 20;

/** No function that is measured here writes a rule. */
const NO_EVENT_BRIDGE = 'http://127.0.0.1:9';

const NO_POINTS: Curves = { prune: [], burst: [], polling: [] };

const { values: given } = parseArgs({
  options: {
    plot: { type: 'boolean', default: false },
    apps: { type: 'string', default: '4' },
    only: { type: 'string' },
    against: { type: 'string' },
    busy: { type: 'string', default: '0' },
  },
});

const isMeant = (group: string): boolean => given.only?.split(',').includes(group) ?? true;

/**
 * Prints each figure beside its anchor, measured in the same run, and writes them to .bench/results.json. `--plot` also
 * draws the curves of docs/scale.svg. `--apps 100` prunes so many apps with 600 tasks each, whose creation takes a while.
 * `--only prune,concurrent` selects rows; `walks` runs only when named. `--against DIR` measures the burst on another checkout too, as its anchor. `--busy 4`
 * measures it beside so many processes that only use the CPU.
 */
async function main(): Promise<void> {
  const alone = [
    ...(isMeant('load') ? await measureLoading(root) : []),
    ...(isMeant('crons') ? measureCrons() : []),
    ...(given.only?.split(',').includes('walks') ? await measureWalks(root) : []),
    ...(isMeant('burst')
      ? await measureBurst(root, { against: given.against, busyLoops: Number(given.busy) })
      : []),
  ];
  const kubeconfig = process.env.KUBECONFIG;
  if (kubeconfig === undefined) console.log('KUBECONFIG names no cluster: what needs one is not measured.');
  const { rows, ...points } =
    kubeconfig === undefined ? { rows: [], ...NO_POINTS } : await measureOnCluster(kubeconfig);

  printTable([...alone, ...rows]);
  await mkdir(`${root}/.bench`, { recursive: true });
  const results = { rows: [...alone, ...rows], ...points };
  await writeFile(`${root}/.bench/results.json`, `${JSON.stringify(results, undefined, 2)}\n`);
  if (given.plot && Object.values(points).every(({ length }) => length > 0)) {
    await writeFile(`${root}/docs/scale.svg`, plot(points));
    console.log(`The curves are in ${pathToFileURL(`${root}/docs/scale.svg`)}`);
  }
}

async function measureOnCluster(kubeconfig: string) {
  const inSpace = <T>(work: (bench: Bench, measure: Measure) => Promise<T>): Promise<T> =>
    withBenchSpaces(kubeconfig, 1, async ([bench]) => {
      if (bench === undefined) throw new Error('There is no space to measure in.');
      return withMeasure(
        root,
        bench.access,
        { url: NO_EVENT_BRIDGE, credentials: createCredentials() },
        (measure) => work(bench, measure),
      );
    });
  const runTask = isMeant('run-task') ? await inSpace((bench) => measureRunTask(root, bench)) : [];
  const nothing = { rows: [], points: [] };
  const apps = Number(given.apps);
  const prune = isMeant('prune')
    ? await inSpace((bench, measure) => measurePruning(measure, kubeconfig, bench, apps))
    : nothing;
  const burst = isMeant('concurrent')
    ? await inSpace((bench, measure) => measureConcurrent(measure, kubeconfig, bench))
    : nothing;
  const polling = isMeant('polling')
    ? await withBenchSpaces(kubeconfig, SPACES, (benches) => measureSweep(root, kubeconfig, benches))
    : nothing;
  return {
    rows: [...runTask, ...prune.rows, ...burst.rows, ...polling.rows],
    burst: burst.points,
    prune: prune.points,
    polling: polling.points,
  };
}

await main();
