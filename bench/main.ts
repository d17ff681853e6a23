import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCrons } from './cron.ts';
import { measureLoading } from './load.ts';
import { measureRunTask } from './run-task.ts';
import { withBenchSpace } from './space.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Prints each figure beside its anchor, measured in the same run, and writes them to .bench/results.json. */
async function main(): Promise<void> {
  const loading = await measureLoading(root);
  console.log('Loading a function: a fresh process that imports its bundle');
  console.table(loading);

  const crons = measureCrons();
  console.log('Crons evaluated');
  console.table(crons);

  const kubeconfig = process.env.KUBECONFIG;
  if (kubeconfig === undefined) {
    console.log('run-task beside a raw POST: not measured, since KUBECONFIG names no cluster.');
  }
  const runTask =
    kubeconfig === undefined ? [] : await withBenchSpace(kubeconfig, (bench) => measureRunTask(root, bench));
  if (runTask.length > 0) {
    console.log("run-task, from its handler's call to its answer, on the cluster of KUBECONFIG");
    console.table(runTask);
  }

  await mkdir(`${root}/.bench`, { recursive: true });
  await writeFile(
    `${root}/.bench/results.json`,
    `${JSON.stringify({ loading, crons, runTask }, undefined, 2)}\n`,
  );
}

await main();
