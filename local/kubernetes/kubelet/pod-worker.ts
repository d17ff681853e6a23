import { EventEmitter, once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type KubeObject, timestamp } from '../object.ts';
import { PODS } from '../resources.ts';
import type { Store } from '../store.ts';
import { type ContainerLog, openLog } from './container-log.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import { makeContainer, type ReadyContainer, type StartedContainer } from './container-start.ts';
import { isStep } from './entrypoint.ts';
import { ContainerConfigError } from './environment.ts';
import { containerFiles, missingVolume, podDirectory, removeFiles } from './files.ts';
import { podSpecOf } from './pod-spec.ts';
import { type ContainerState, podStatus } from './pod-status.ts';
import type { RunningProcess } from './process.ts';
import { recordedStates } from './recorded-states.ts';
import { startSidecars } from './sidecars.ts';
import { runSteps } from './steps.ts';

/** Worker of one pod, from its creation to its removal. */
export type PodWorker = {
  /** Log of a container; `undefined` before it starts. */
  log(container: string): ContainerLog | undefined;
  /** Checks the pod's volumes again. */
  retry(): void;
  /** Stops the pod's processes, then removes the pod. A second call may shorten the grace period. */
  terminate(graceMs: number): void;
  /** Resolves when the pod is removed. */
  readonly removed: Promise<void>;
};

export type PodOptions = {
  readonly store: Store;
  readonly pod: KubeObject;
  readonly directory: string;
  /** PATH of the programs. */
  readonly searchPath: string;
  readonly runtime: ContainerRuntime;
  /** True once the files of pods that end are to be kept, since only the kubelet stops. */
  readonly keepsFiles: () => boolean;
};

/**
 * Runs a pod and keeps its status up to date. The pod stays until it is deleted, as on a real node. Of a pod that an earlier
 * kubelet ran there are only the logs.
 */
export function startPod(options: PodOptions): PodWorker {
  const { store, pod } = options;
  const directory = podDirectory(options.directory, pod);
  const spec = podSpecOf(pod);
  const signals = new EventEmitter();
  const running = new Set<RunningProcess>();
  const logs = new Map<string, ContainerLog>();
  const states = new Map<string, ContainerState>();
  let graceMs: number | undefined;

  const reportAll = (state: ContainerState): void => {
    for (const { name } of spec.containers) states.set(name, state);
    updateStatus(options, states);
  };

  const toStarted = (made: ReadyContainer, startedAt: string): StartedContainer => {
    const { name } = made.container;
    const log = openLog(made.files.log);
    logs.set(name, log);
    return {
      ...made,
      log,
      startedAt,
      run: (start) => {
        if (graceMs !== undefined) return undefined;
        const process = start();
        running.add(process);
        void process.ended.finally(() => running.delete(process));
        return process;
      },
      setState: (state) => {
        states.set(name, state);
        updateStatus(options, states);
      },
    };
  };

  const recover = async (recorded: ReadonlyMap<string, ContainerState>): Promise<void> => {
    for (const [name, state] of recorded)
      if (!('waiting' in state)) logs.set(name, await openEndedLog(directory, name));
  };

  const run = async (): Promise<void> => {
    const recorded = recordedStates(pod);
    if (recorded !== undefined) return recover(recorded);
    reportAll({ waiting: { reason: 'PodInitializing' } });
    while (graceMs === undefined && missingVolume(store, pod, spec) !== undefined) {
      await once(signals, 'wake');
    }
    if (graceMs !== undefined) return;
    const made: ReadyContainer[] = [];
    const images = join(options.directory, 'images');
    const { searchPath, runtime } = options;
    const own = { store, pod: now(options) ?? pod, spec, directory, images, searchPath, runtime };
    for (const container of spec.containers) made.push(await makeContainer(own, container));
    if (graceMs !== undefined) return;
    const startedAt = timestamp();
    const all = made.map((one) => toStarted(one, startedAt));
    reportAll({ running: { startedAt } });
    const sidecars = startSidecars(all.filter(({ container }) => !isStep(container)));
    await sidecars.ready;
    await runSteps(all.filter(({ container }) => isStep(container)));
    await sidecars.end();
  };

  const runUntilDeleted = async (): Promise<void> => {
    await run().catch((error: unknown) => {
      if (!(error instanceof ContainerConfigError)) throw error;
      reportAll({ waiting: { reason: 'CreateContainerConfigError', message: error.message } });
    });
    while (graceMs === undefined) await once(signals, 'wake');
    // Controllers see the last status before the pod is gone, as they mostly do of a real kubelet.
    await setImmediate();
    store.remove(PODS, now(options) ?? pod);
    await Promise.all([...logs.values()].map((log) => log.close()));
    if (!options.keepsFiles()) await removeFiles(directory);
  };

  return {
    log: (container) => logs.get(container),
    retry: () => {
      signals.emit('wake');
    },
    terminate: (grace) => {
      if (graceMs !== undefined && grace >= graceMs) return;
      graceMs = grace;
      for (const process of running) process.terminate(grace);
      signals.emit('wake');
    },
    removed: runUntilDeleted(),
  };
}

/** Stored pod; `undefined` if it is gone, even if another pod has its name. */
function now({ store, pod: { metadata } }: PodOptions): KubeObject | undefined {
  const stored = store.get(PODS, metadata.namespace ?? '', metadata.name);
  return stored?.metadata.uid === metadata.uid ? stored : undefined;
}

const INITIALIZING: ContainerState = { waiting: { reason: 'PodInitializing' } };

function updateStatus(options: PodOptions, states: ReadonlyMap<string, ContainerState>): void {
  const pod = now(options);
  if (pod === undefined) return;
  const status = podStatus(pod, (name) => states.get(name) ?? INITIALIZING);
  options.store.replace(PODS, { ...pod, status });
}

/** Log of a container that has ended; an empty one if its file is gone. */
async function openEndedLog(pod: string, name: string): Promise<ContainerLog> {
  const { log: file } = containerFiles(pod, { name });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const log = openLog(file);
  await log.close();
  return log;
}
