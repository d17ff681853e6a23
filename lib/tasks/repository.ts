import { PatchStrategy } from '@kubernetes/client-node';
import * as v from 'valibot';
import { notFoundIn } from '../platform/errors.ts';
import { CORE, type Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { isFailedPatchTest } from '../platform/kubernetes/messages.ts';
import { encodeData, secretSubject, secretsIn } from '../platform/kubernetes/objects.ts';
import { pipelineRuns } from '../platform/kubernetes/pipeline-runs.ts';
import { toOwnRun, type toTaskRun } from '../platform/kubernetes/run-records.ts';
import { ANNOTATION, LABEL, MANAGED_BY } from '../platform/labels.ts';
import { toRfc3339 } from '../platform/quantities.ts';
import { PIPELINE_TASK } from './pipeline-run.ts';
import { listRuns, runCountExceeds } from './repository-lists.ts';
import type { RunSecrets, Runs } from './runs.ts';
import { isActive, type RunRecord, type TaskRunRecord } from './task.ts';

/** Reads the PipelineRun of a task; `undefined` for one that Taskbridge did not create. */
export function toRunRecord(object: unknown): RunRecord | undefined {
  const own = toOwnRun(object, LABEL.taskId);
  if (own === undefined) return undefined;
  const { results: _, ...run } = own;
  return run;
}

/** The TaskRun of a task, with its one step. */
export function toTaskRunRecord({
  steps: [step],
  ...taskRun
}: NonNullable<ReturnType<typeof toTaskRun>>): TaskRunRecord {
  return {
    ...taskRun,
    waitingFor: step?.waitingFor,
    runningSince: step?.runningSince,
    terminated: step?.terminated,
  };
}

/** Repository of tasks: PipelineRuns of the cluster. */
export function kubernetesRuns(connection: Connection): Runs {
  const { custom } = connection;
  const { subjectOf, patch, read, ...objects } = pipelineRuns(connection, 'Task', PIPELINE_TASK);

  const find = async (space: string, name: string): Promise<RunRecord | undefined> => {
    const object = await read(space, name);
    return object === null ? undefined : toRunRecord(object);
  };

  /** True for a run that is already admitted and still active: neither queued nor cancelled. */
  const isAdmitted = async (space: string, name: string): Promise<boolean> => {
    const object = await read(space, name);
    if (object === null) return false;
    return (
      isActive({ condition: toRunRecord(object)?.condition }) &&
      v.parse(Spec, object).spec.status === undefined
    );
  };

  return {
    find,

    async get(space, name) {
      const run = await find(space, name);
      if (run === undefined) throw notFoundIn(space, `Task "${name}"`);
      return run;
    },

    async create(run) {
      const { namespace: space, name } = run.metadata;
      const created = await objects.create(run);
      if (created === 'exists') return { outcome: 'exists', run: await find(space, name) };
      const record = toRunRecord(created);
      if (record === undefined) throw new Error(`The run "${name}" came back without our labels or owner.`);
      return { outcome: 'created', run: record };
    },

    list: (space, filter, page) => listRuns(connection, space, filter, page),

    countExceeds: (space, filter, count) => runCountExceeds(connection, space, filter, count),

    taskRuns: async (space, runs) => (await objects.taskRuns(space, runs)).map(toTaskRunRecord),

    cancel: (space, name, because) => objects.cancel(space, name, because),

    async admit(space, name, now) {
      const admitted = await callApi<boolean>(
        subjectOf(space, name),
        async () => {
          await patch(space, name, admitting(now), PatchStrategy.JsonPatch);
          return true;
        },
        (error) => (isNotQueued(error) ? false : undefined),
      );
      return admitted || (await isAdmitted(space, name)) ? 'admitted' : 'finished';
    },

    async cancelQueued(space, name) {
      const isCancelling = await callApi<boolean>(
        subjectOf(space, name),
        async () => {
          await patch(space, name, CANCELLING, PatchStrategy.JsonPatch);
          return true;
        },
        (error) => (isNotQueued(error) ? false : undefined),
      );
      if (isCancelling) return 'cancelling';
      const object = await read(space, name);
      return object === null || v.parse(Spec, object).spec.status === 'Cancelled' ? 'cancelled' : 'started';
    },

    async reserve(space, name, at) {
      const admittedAt = at === undefined ? null : toRfc3339(at);
      await callApi<unknown>(
        subjectOf(space, name),
        () => patch(space, name, { metadata: { annotations: { [ANNOTATION.admittedAt]: admittedAt } } }),
        ({ code }) => (code === 404 ? 'gone' : undefined),
      );
    },

    /**
     * Drops the managed fields too: a reported run is only read and deleted, and they are a fifth of the object and more
     * than half of its row in a list.
     */
    async markReported(space, name) {
      await callApi<unknown>(
        subjectOf(space, name),
        () => patch(space, name, { metadata: { labels: { [LABEL.reported]: 'true' }, managedFields: [{}] } }),
        ({ code }) => (code === 404 ? 'gone' : undefined),
      );
    },

    delete: objects.delete,

    async hasPod(space, pod) {
      const found = await callApi<unknown>(
        { space, what: `Pod "${pod}"` },
        () => custom.getNamespacedCustomObject({ ...CORE, plural: 'pods', namespace: space, name: pod }),
        ({ code }) => (code === 404 ? null : undefined),
      );
      return found !== null;
    },
  };
}

/** True for a failed test of a JSON patch: the run is not queued, or no longer; and for one that is gone. */
const isNotQueued = ({ code, message }: { readonly code: number; readonly message: string }): boolean =>
  code === 404 || (code === 422 && isFailedPatchTest(message));

const Spec = v.object({ spec: v.object({ status: v.optional(v.string()) }) });

const QUEUED = 'PipelineRunPending';

/**
 * JSON patch that admits a queued run. It tests the status first: a merge patch that only removes it would also undo a
 * cancel that came just before, and the run would go on (measured).
 */
const admitting = (now: Date) => [
  { op: 'test', path: '/spec/status', value: QUEUED },
  { op: 'remove', path: '/spec/status' },
  {
    op: 'add',
    path: `/metadata/annotations/${ANNOTATION.admittedAt.replace('/', '~1')}`,
    value: toRfc3339(now),
  },
];

/** JSON patch that cancels a run only while it is queued. */
const CANCELLING = [
  { op: 'test', path: '/spec/status', value: QUEUED },
  { op: 'replace', path: '/spec/status', value: 'Cancelled' },
];

/** Creates and deletes the Secrets of runs, of tasks and of builds; needs no right to read Secrets. */
export const kubernetesRunSecrets = ({ custom }: Connection): RunSecrets => ({
  createOwned: (run, name, data) =>
    callApi<'made' | 'exists'>(
      secretSubject(run.space, name),
      async () => {
        const body = { ...toRunSecret(run, name), data: encodeData(data) };
        await custom.createNamespacedCustomObject({ ...secretsIn(run.space), body });
        return 'made';
      },
      // Any other conflict created nothing.
      ({ reason }) => (reason === 'AlreadyExists' ? 'exists' : undefined),
    ),

  async delete(space, name) {
    await callApi<unknown>(
      secretSubject(space, name),
      () => custom.deleteNamespacedCustomObject({ ...secretsIn(space), name }),
      ({ code }) => (code === 404 ? 'gone' : undefined),
    );
  },
});

const toRunSecret = (run: Pick<RunRecord, 'space' | 'name' | 'uid'>, name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'Opaque',
  metadata: {
    name,
    namespace: run.space,
    // A backup would keep the credentials of a build, which a restore gives to nobody.
    labels: { [LABEL.managedBy]: MANAGED_BY, [LABEL.excludeFromBackup]: 'true' },
    ownerReferences: [{ apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', name: run.name, uid: run.uid }],
  },
});
