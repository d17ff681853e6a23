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
export function startPod({ store, pod, directory, searchPath }: Options): PodWorker {
  const files = podFiles(directory, pod);
  const spec = podSpecOf(pod);
  const [container] = spec.containers;
  const signals = new EventEmitter();
  let process: RunningProcess | undefined;
  let log: ContainerLog | undefined;
  let graceMs: number | undefined;

  const now = () => store.get(PODS, pod.metadata.namespace ?? '', pod.metadata.name) ?? pod;
  const tell = (state: ContainerState): void => {
    const current = now();
    if (current.metadata.uid === pod.metadata.uid)
      store.replace(PODS, { ...current, status: podStatus(current, state) });
  };

  const prepare = async (): Promise<Parameters<typeof startProcess>[0] | undefined> => {
    tell({ waiting: { reason: 'PodInitializing' } });
    while (graceMs === undefined && missingVolume(store, pod, spec) !== undefined) {
      await once(signals, 'wake');
    }
    if (graceMs !== undefined) return undefined;
    const start = await materialise(store, pod, spec, container, files).catch((error: unknown) => {
      throw new ContainerConfigError(`its files cannot be made: ${error}`);
    });
    const variables = environmentOf({ store, pod: now() }, container);
    log = openLog(files.log);
    return { ...commandOf(container, variables, files, searchPath, pod), directory: start, log };
  };

  const run = async (): Promise<void> => {
    const start = await prepare();
    if (start === undefined || graceMs !== undefined) return;
    const startedAt = timestamp();
    process = startProcess(start);
    tell({ running: { startedAt } });
    const exitCode = await process.ended;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    tell({ terminated: { exitCode, reason, startedAt, finishedAt: timestamp() } });
  };

  const live = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      tell({ waiting: { reason: 'CreateContainerConfigError', message: error.message } });
    }
    while (graceMs === undefined) await once(signals, 'wake');
    const current = now();
    if (current.metadata.uid === pod.metadata.uid) store.remove(PODS, current);
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
