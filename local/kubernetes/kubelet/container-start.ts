import { builtImageOf, copyApp } from '../../lifecycle/images.ts';
import { lifecyclePhaseOf } from '../../lifecycle/phases.ts';
import type { KubeObject } from '../object.ts';
import type { Store } from '../store.ts';
import type { ContainerLog } from './container-log.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import { isStep, withResultPaths } from './entrypoint.ts';
import { ContainerConfigError, environmentOf } from './environment.ts';
import { expand } from './expand.ts';
import { type ContainerFiles, containerFiles, prepareFiles, relocate } from './files.ts';
import type { Container, PodSpec } from './pod-spec.ts';
import type { ContainerState } from './pod-status.ts';
import type { RunningProcess } from './process.ts';
import { programOf, withoutEntrypoint } from './programs.ts';

/** Folder of images that Tekton hides from steps only. Empty here, since images are not unpacked. */
const WORKSPACE = '/workspace';

/** Container with its files and environment prepared. */
export type ReadyContainer = {
  readonly container: Container;
  readonly files: ContainerFiles;
  /** Starts the container's program. */
  start(log: ContainerLog): RunningProcess;
  /** Runs another program in the container and discards its output. */
  exec(command: readonly string[]): RunningProcess;
};

/** A container of a running pod. */
export type StartedContainer = ReadyContainer & {
  readonly log: ContainerLog;
  readonly startedAt: string;
  /** Starts a program of the container, which ends with the pod; `undefined` if the pod is already terminating. */
  run(start: () => RunningProcess): RunningProcess | undefined;
  /** Records the container's state in the pod's status. */
  setState(state: ContainerState): void;
};

export type ContainerOptions = {
  readonly store: Store;
  readonly pod: KubeObject;
  readonly spec: PodSpec;
  /** Folder of the pods, and folder of the images that were built here. */
  readonly directory: string;
  readonly images: string;
  readonly searchPath: string;
  readonly runtime: ContainerRuntime;
};

/** Prepares a container's files and environment. Throws ContainerConfigError. */
export async function makeContainer(
  options: ContainerOptions,
  container: Container,
): Promise<ReadyContainer> {
  const { store, pod, spec, searchPath, runtime } = options;
  const files = containerFiles(options.directory, container);
  const image = await builtImageOf(options.images, container.image);
  const workingDir = container.workingDir ?? image?.appDirectory;
  const directory = await (async () => {
    const start = await prepareFiles(store, pod, spec, { ...container, workingDir }, files);
    if (image !== undefined) await copyApp(image, files.root);
    return start;
  })().catch((error: unknown) => {
    throw new ContainerConfigError(`its files cannot be made: ${error}`);
  });
  const variables = environmentOf({ store, pod }, container);
  const folders = isStep(container) ? [] : [WORKSPACE];
  const declared = [...variables].map(([name, value]) => [name, relocate(value, container, files, folders)]);
  const environment: Readonly<Record<string, string>> = {
    PATH: searchPath,
    HOME: `${files.root}/home`,
    HOSTNAME: pod.metadata.name,
    ...(image === undefined ? {} : { CNB_APP_DIR: directory }),
    ...Object.fromEntries(declared),
  };

  return {
    container,
    files,
    start: (log) => {
      const line = [...container.command, ...container.args].map((text) =>
        withResultPaths(expand(text, variables), files),
      );
      const phase = lifecyclePhaseOf(withoutEntrypoint(line));
      if (phase === undefined)
        return runtime.start({ program: programOf(line, image), directory, environment }, log);
      return phase({ environment, root: files.root, images: options.images, log });
    },
    exec: (command) => {
      const [file = '', ...args] = command.map((text) => expand(text, variables));
      return runtime.start({ program: { file, args }, directory, environment });
    },
  };
}
