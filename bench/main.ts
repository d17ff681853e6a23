import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCrons } from './cron.ts';
import { measureLoading } from './load.ts';
import { measureRunTask } from './run-task.ts';
import { withBenchSpaces } from './space.ts';
import { measureSweep } from './sweep.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Spaces that the jobs of the sweep are in. */
const SPACES = 20;

/** Prints each figure beside its anchor, measured in the same run, and writes them to .bench/results.json. */
async function main(): Promise<void> {
  const loading = await measureLoading(root);
  console.log('Loading a function: a fresh process that imports its bundle');
  console.table(loading);

  const crons = measureCrons();
  console.log('Crons evaluated');
  console.table(crons);

  const kubeconfig = process.env.KUBECONFIG;
  if (kubeconfig === undefined)
    console.log('run-task and the sweep: not measured, since KUBECONFIG names no cluster.');
  const onCluster = kubeconfig === undefined ? {} : await measureOnCluster(kubeconfig);

  await mkdir(`${root}/.bench`, { recursive: true });
  await writeFile(
    `${root}/.bench/results.json`,
    `${JSON.stringify({ loading, crons, ...onCluster }, undefined, 2)}\n`,
  );
}

async function measureOnCluster(kubeconfig: string) {
  const runTask = await withBenchSpaces(kubeconfig, 1, async ([bench]) =>
    bench === undefined ? [] : measureRunTask(root, bench),
  );
  console.log("run-task, from its handler's call to its answer, on the cluster of KUBECONFIG");
  console.table(runTask);

  const sweep = await withBenchSpaces(kubeconfig, SPACES, (benches) =>
    measureSweep(root, kubeconfig, benches),
  );
  console.log('The reconcile of 10,000 jobs, on the cluster of KUBECONFIG');
  console.table(sweep);
  return { runTask, sweep };
}

await main();
