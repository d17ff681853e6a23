import { readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { at, type KubeObject } from '../object.ts';
import { CONFIG_MAPS, PODS, SECRETS } from '../resources.ts';
import { badRequest } from '../status.ts';
import { isKind, type Store } from '../store.ts';
import { startContainerRuntime } from './container-runtime.ts';
import { removeFiles } from './files.ts';
import { parseLogOptions } from './log-options.ts';
import { copyLog } from './log-reader.ts';
import { podSpecOf } from './pod-spec.ts';
import { containerStateOf } from './pod-status.ts';
import { type PodWorker, startPod } from './pod-worker.ts';
import { endLostPods } from './recorded-states.ts';

/** Grace period in ms when the whole cluster stops: a user waits for it after Ctrl-C. */
const STOP_GRACE_MS = 2_000;

/** Runs pods as processes of this machine. */
export type Kubelet = {
  /** Number of pods that were running when the last kubelet of the store stopped. */
  readonly lostPods: number;
  /** Streams a container's log. Throws 400 if the container has not started. */
  readLog(pod: KubeObject, query: URLSearchParams, response: ServerResponse): Promise<void>;
  /** Stops every process as a pod deletion would, and waits for it. */
  stop(): Promise<void>;
};

type Options = {
  readonly store: Store;
  /** Folder of the pods' files, by uid, and of the images. */
  readonly directory: string;
  readonly searchPath: string;
  /** Leaves the pods' files for the next kubelet of the store when it stops. Default: they are removed. */
  readonly isKept?: boolean;
};

/** Starts a kubelet that runs every pod of the store. Pods that were running under an earlier one have ended. */
export async function startKubelet({
  store,
  directory,
  searchPath,
  isKept = false,
}: Options): Promise<Kubelet> {
  await removeLeftFiles(store, directory);
  const lostPods = endLostPods(store);
  const runtime = await startContainerRuntime(directory);
  const workers = new Map<string, PodWorker>();
  let isStopping = false;
  const keepsFiles = () => isStopping && isKept;

  const start = (pod: KubeObject): void => {
    if (isStopping) return;
    const worker = startPod({ store, pod, directory, searchPath, runtime, keepsFiles });
    workers.set(pod.metadata.uid, worker);
    // A failure is a bug of the kubelet and is not caught.
    void worker.removed.then(() => workers.delete(pod.metadata.uid));
    // Marked under an earlier kubelet; its processes are gone.
    if (pod.metadata.deletionTimestamp !== undefined) worker.terminate(0);
  };

  const stopListening = store.follow(({ type, of, object }) => {
    const { uid, deletionTimestamp, deletionGracePeriodSeconds: grace = 0 } = object.metadata;
    if (isKind(of, SECRETS) || isKind(of, CONFIG_MAPS)) {
      for (const worker of workers.values()) worker.retry();
    }
    if (!isKind(of, PODS)) return;
    // A listener must not write: the pod starts after all listeners have seen the event.
    if (type === 'ADDED') setImmediate(start, object);
    else if (type === 'DELETED') workers.get(uid)?.terminate(0);
    else if (deletionTimestamp !== undefined) workers.get(uid)?.terminate(grace * 1000);
  });

  return {
    lostPods,
    readLog: (pod, query, response) => sendLog(pod, workers.get(pod.metadata.uid), { query, response }),
    stop: async () => {
      isStopping = true;
      stopListening();
      for (const worker of workers.values()) worker.terminate(STOP_GRACE_MS);
      await Promise.all([...workers.values()].map(({ removed }) => removed));
      await runtime.stop();
    },
  };
}

const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Removes the files of pods that are gone: an earlier kubelet was killed before it had removed them. */
async function removeLeftFiles(store: Store, directory: string): Promise<void> {
  const known = new Set(store.all(PODS).map(({ metadata }) => metadata.uid));
  const left = (await readdir(directory)).filter((name) => UID.test(name) && !known.has(name));
  await Promise.all(left.map((name) => removeFiles(join(directory, name))));
}

type LogRequest = { readonly query: URLSearchParams; readonly response: ServerResponse };

async function sendLog(
  pod: KubeObject,
  worker: PodWorker | undefined,
  { query, response }: LogRequest,
): Promise<void> {
  const options = parseLogOptions(pod.metadata.name, query);
  const { file, waitForMore } = startedLog(pod, query, worker);
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  await copyLog(file, options, response, waitForMore);
  response.end();
}

function startedLog(pod: KubeObject, query: URLSearchParams, worker: PodWorker | undefined) {
  const { name } = pod.metadata;
  const names = podSpecOf(pod).containers.map((container) => container.name);
  const selected = query.get('container') || (names.length === 1 ? names[0] : undefined);
  if (selected === undefined) {
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`,
    );
  }
  if (!names.includes(selected)) throw badRequest(`container ${selected} is not valid for pod ${name}`);
  if (query.get('previous') === 'true') {
    throw badRequest(`previous terminated container "${selected}" in pod "${name}" not found`);
  }
  const waiting = at(containerStateOf(pod, selected), 'waiting', 'reason');
  const log = worker?.log(selected);
  if (waiting !== undefined || log === undefined) {
    throw badRequest(
      `container "${selected}" in pod "${name}" is waiting to start: ${waiting ?? 'PodInitializing'}`,
    );
  }
  return log;
}
