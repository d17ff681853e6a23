import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { measureCrons } from './cron.ts';
import { measureCrowd } from './crowd.ts';
import { measureLoading } from './load.ts';
import { type Measure, withMeasure } from './measure.ts';
import { plot } from './plot.ts';
import { measurePruning } from './pruning.ts';
import { printTable } from './row.ts';
import { type Bench, measureRunTask } from './run-task.ts';
import { withBenchSpaces } from './space.ts';
import { measureSweep } from './sweep.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Spaces that the jobs of the sweep are in. */
const SPACES = 20;

/** Apps with 600 tasks each: a hundred take a quarter of an hour to be made. */
const APPS = 4;
const ALL_APPS = 100;

/** No function that is measured here writes a rule. */
const NO_EVENT_BRIDGE = 'http://127.0.0.1:9';

const { values: given } = parseArgs({
  options: { plot: { type: 'boolean', default: false }, full: { type: 'boolean', default: false } },
});

/**
 * Prints each figure beside its anchor, measured in the same run, and writes them to .bench/results.json. `--full`: as
 * many tasks as a large platform has. `--plot`: curves too, in docs/scale.svg.
 */
async function main(): Promise<void> {
  const alone = [...(await measureLoading(root)), ...measureCrons()];
  const kubeconfig = process.env.KUBECONFIG;
  if (kubeconfig === undefined) console.log('KUBECONFIG names no cluster: what needs one is not measured.');
  const { rows, ...points } =
    kubeconfig === undefined ? { rows: [], prune: [], crowd: [] } : await measureOnCluster(kubeconfig);

  printTable([...alone, ...rows]);
  await mkdir(`${root}/.bench`, { recursive: true });
  const results = { rows: [...alone, ...rows], ...points };
  await writeFile(`${root}/.bench/results.json`, `${JSON.stringify(results, undefined, 2)}\n`);
  if (given.plot && points.prune.length > 0) {
    await writeFile(`${root}/docs/scale.svg`, plot(points.prune, points.crowd));
    console.log(`The curves are in ${pathToFileURL(`${root}/docs/scale.svg`)}`);
  }
}

async function measureOnCluster(kubeconfig: string) {
  const inSpace = <T>(work: (bench: Bench, measure: Measure) => Promise<T>): Promise<T> =>
    withBenchSpaces(kubeconfig, 1, async ([bench]) => {
      if (bench === undefined) throw new Error('There is no space to measure in.');
      return withMeasure(root, bench.access, NO_EVENT_BRIDGE, (measure) => work(bench, measure));
    });
  const runTask = await inSpace((bench) => measureRunTask(root, bench));
  const crowd = await inSpace((bench, measure) => measureCrowd(measure, kubeconfig, bench));
  const apps = given.full ? ALL_APPS : APPS;
  const prune = await inSpace((bench, measure) => measurePruning(measure, kubeconfig, bench, apps));
  const sweep = await withBenchSpaces(kubeconfig, SPACES, (benches) =>
    measureSweep(root, kubeconfig, benches),
  );
  return {
    rows: [...runTask, ...crowd.rows, ...prune.rows, ...sweep],
    crowd: crowd.points,
    prune: prune.points,
  };
}

await main();
