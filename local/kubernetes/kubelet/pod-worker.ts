import { EventEmitter, once } from 'node:events';
import { type KubeObject, timestamp } from '../object.ts';
import { PODS } from '../resources.ts';
import type { Store } from '../store.ts';
import { type ContainerLog, openLog } from './container-log.ts';
import { ContainerConfigError, environmentOf } from './environment.ts';
import { expand } from './expand.ts';
import { materialise, missingVolume, type PodFiles, podFiles, relocated, removeFiles } from './files.ts';
import { type Container, podSpecOf } from './pod-spec.ts';
import { type ContainerState, podStatus } from './pod-status.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { programOf } from './programs.ts';

/** One pod from its creation to its removal. */
export type PodWorker = {
  /** The container's log, once there is one. */
  log(): { readonly file: string; readonly written: ContainerLog } | undefined;
  /** Looks again whether the pod's volumes are there. */
  retry(): void;
  /** Ends the pod's processes, then removes the pod. A second call may shorten the grace. */
  terminate(graceMs: number): void;
  /** When nothing of the pod is left. */
  readonly gone: Promise<void>;
};

type Options = {
  readonly store: Store;
  readonly pod: KubeObject;
  readonly directory: string;
  /** Where programs are looked for. */
  readonly searchPath: string;
};

/** Runs a pod. Its status tells how it stands; it stays, as a real one, until somebody deletes it. */
export function startPod(options: Options): PodWorker {
  const { store, pod, directory } = options;
  const files = podFiles(directory, pod);
  const signals = new EventEmitter();
  let process: RunningProcess | undefined;
  let log: ContainerLog | undefined;
  let graceMs: number | undefined;

  const run = async (): Promise<void> => {
    tell(options, { waiting: { reason: 'PodInitializing' } });
    while (graceMs === undefined && missingVolume(store, pod, podSpecOf(pod)) !== undefined) {
      await once(signals, 'wake');
    }
    if (graceMs !== undefined) return;
    const start = await prepare(options, files);
    if (graceMs !== undefined) return;
    log = openLog(files.log);
    const startedAt = timestamp();
    process = startProcess({ ...start, log });
    tell(options, { running: { startedAt } });
    const exitCode = await process.ended;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    tell(options, { terminated: { exitCode, reason, startedAt, finishedAt: timestamp() } });
  };

  const live = async (): Promise<void> => {
    await run().catch((error: unknown) => {
      if (!(error instanceof ContainerConfigError)) throw error;
      tell(options, { waiting: { reason: 'CreateContainerConfigError', message: error.message } });
    });
    while (graceMs === undefined) await once(signals, 'wake');
    store.remove(PODS, now(options) ?? pod);
    await removeFiles(files);
  };

  return {
    log: () => (log === undefined ? undefined : { file: files.log, written: log }),
    retry: () => {
      signals.emit('wake');
    },
    terminate: (grace) => {
      if (graceMs !== undefined && grace >= graceMs) return;
      graceMs = grace;
      process?.terminate(grace);
      signals.emit('wake');
    },
    gone: live(),
  };
}

/** The pod as it is stored now; `undefined` when it is gone, even if another has its name. */
function now({ store, pod: { metadata } }: Options): KubeObject | undefined {
  const stored = store.get(PODS, metadata.namespace ?? '', metadata.name);
  return stored?.metadata.uid === metadata.uid ? stored : undefined;
}

function tell(options: Options, state: ContainerState): void {
  const pod = now(options);
  if (pod !== undefined) options.store.replace(PODS, { ...pod, status: podStatus(pod, state) });
}

/** Makes the container's files and variables. Throws ContainerConfigError. */
async function prepare(options: Options, files: PodFiles) {
  const { store, pod, searchPath } = options;
  const spec = podSpecOf(pod);
  const [container] = spec.containers;
  const directory = await materialise(store, pod, spec, container, files).catch((error: unknown) => {
    throw new ContainerConfigError(`its files cannot be made: ${error}`);
  });
  const variables = environmentOf({ store, pod: now(options) ?? pod }, container);
  return { ...commandOf(container, variables, files, searchPath, pod), directory };
}

/** What a container runs and with which variables: those that are declared, PATH, HOME and HOSTNAME, no others. */
function commandOf(
  container: Container,
  variables: ReadonlyMap<string, string>,
  files: PodFiles,
  searchPath: string,
  { metadata }: KubeObject,
) {
  const declared = [...variables].map(([name, value]) => [name, relocated(value, container, files)]);
  const line = [...container.command, ...container.args].map((text) => expand(text, variables));
  return {
    program: programOf(line),
    environment: {
      PATH: searchPath,
      HOME: `${files.root}/home`,
      HOSTNAME: metadata.name,
      ...Object.fromEntries(declared),
    },
  };
}
