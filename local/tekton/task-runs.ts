import { childName } from '../../lib/platform/names.ts';
import { deleteObject } from '../kubernetes/deletes.ts';
import { podSpecOf } from '../kubernetes/kubelet/pod-spec.ts';
import { at, type KubeObject, namespacedName } from '../kubernetes/object.ts';
import { PODS, SERVICE_ACCOUNTS, TASK_RUNS } from '../kubernetes/resources.ts';
import { isKind, type NewObject, type Store } from '../kubernetes/store.ts';
import { createWorkQueue } from '../kubernetes/work-queue.ts';
import { isDone } from './conditions.ts';
import { createDeadlines } from './deadlines.ts';
import { parseTaskRun, toPod } from './manifests.ts';
import { podFailedStatus, startedStatus, statusByPod, stoppedStatus } from './task-run-status.ts';

/**
 * Creates a Pod for each TaskRun and keeps the TaskRun's status up to date. The returned function stops the controller.
 */
export function startTaskRunController(store: Store): () => void {
  const queue = createWorkQueue((key) => {
    const [namespace = '', name = ''] = key.split('/');
    const taskRun = store.get(TASK_RUNS, namespace, name);
    if (taskRun === undefined || isDone(taskRun)) deadlines.clear(key);
    else if (taskRun.metadata.deletionTimestamp === undefined) reconcile(taskRun);
  });
  const deadlines = createDeadlines((key) => queue.add(key));

  const reconcile = (taskRun: KubeObject): void => {
    const startTime = at(taskRun, 'status', 'startTime');
    if (typeof startTime !== 'string') {
      store.replace(TASK_RUNS, { ...taskRun, status: startedStatus(taskRun) });
      return;
    }
    const { status, timeoutMs } = parseTaskRun(taskRun);
    const deadline = timeoutMs > 0 ? Date.parse(startTime) + timeoutMs : Number.POSITIVE_INFINITY;
    if (status === 'TaskRunCancelled') stopRun(store, taskRun, 'TaskRunCancelled');
    else if (deadline <= Date.now()) stopRun(store, taskRun, 'TaskRunTimeout');
    else {
      deadlines.set(namespacedName(taskRun), deadline);
      runPod(store, taskRun);
    }
  };

  const stopListening = store.follow(({ of, object }) => {
    if (isKind(of, TASK_RUNS)) queue.add(namespacedName(object));
    const taskRun = object.metadata.labels?.['tekton.dev/taskRun'];
    if (isKind(of, PODS) && taskRun !== undefined) queue.add(`${object.metadata.namespace}/${taskRun}`);
  });

  return () => {
    stopListening();
    queue.stop();
    deadlines.stop();
  };
}

const podOf = (store: Store, { metadata }: KubeObject): KubeObject | undefined =>
  store.get(PODS, metadata.namespace ?? '', childName(metadata.name, '-pod'));

/**
 * Creates the pod or copies its status, also of one that is being deleted. A pod that is gone while its TaskRun is active is
 * created again, so the command runs twice, as in a real Tekton.
 */
function runPod(store: Store, taskRun: KubeObject): void {
  const pod = podOf(store, taskRun);
  if (pod !== undefined) {
    save(store, taskRun, statusByPod(taskRun, pod));
    return;
  }
  const made = toPod(taskRun);
  const problem = podError(store, taskRun, made);
  if (problem === undefined) store.create(PODS, made);
  else save(store, taskRun, podFailedStatus(taskRun, problem));
}

/** Error that keeps the pod from being created, by the API server, Tekton or the limits of this kubelet. */
function podError(store: Store, taskRun: KubeObject, pod: NewObject): string | undefined {
  const { serviceAccountName, taskSpec } = parseTaskRun(taskRun);
  const { namespace = '' } = taskRun.metadata;
  if (store.get(SERVICE_ACCOUNTS, namespace, serviceAccountName) === undefined) {
    return `translating TaskSpec to Pod: serviceaccounts "${serviceAccountName}" not found`;
  }
  const { volumes, containers } = podSpecOf({ ...pod, metadata: taskRun.metadata });
  for (const [index, { volumeMounts }] of containers.entries()) {
    const unknown = volumeMounts.findIndex(({ name }) => !volumes.some((volume) => volume.name === name));
    if (unknown === -1) continue;
    const name = volumeMounts[unknown]?.name;
    return `Pod "${pod.metadata.name}" is invalid: spec.containers[${index}].volumeMounts[${unknown}].name: Not found: "${name}"`;
  }
  const foreign = volumes.find(({ secret, configMap, emptyDir }) => !secret && !configMap && !emptyDir);
  if (foreign === undefined || taskSpec.volumes === undefined) return undefined;
  return `volume "${foreign.name}": only secret, configMap and emptyDir are mounted here`;
}

/** Updates the status immediately; the pod is removed once its processes have stopped. */
function stopRun(store: Store, taskRun: KubeObject, reason: 'TaskRunCancelled' | 'TaskRunTimeout'): void {
  save(store, taskRun, stoppedStatus(taskRun, reason));
  const pod = podOf(store, taskRun);
  if (pod === undefined) return;
  const { namespace = '', name } = pod.metadata;
  deleteObject(store, { type: PODS, namespace, name }, {});
}

function save(store: Store, taskRun: KubeObject, status: unknown): void {
  if (JSON.stringify(status) !== JSON.stringify(taskRun.status))
    store.replace(TASK_RUNS, { ...taskRun, status });
}
