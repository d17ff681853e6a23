import { PatchStrategy } from '@kubernetes/client-node';
import * as v from 'valibot';
import { notFoundIn } from '../platform/errors.ts';
import { CORE, type Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { pipelineRuns } from '../platform/kubernetes/pipeline-runs.ts';
import { toOwnRun, toTaskRun } from '../platform/kubernetes/run-records.ts';
import { ANNOTATION, LABEL } from '../platform/labels.ts';
import { toRfc3339 } from '../platform/quantities.ts';
import { listRuns, runCountExceeds } from './repository-lists.ts';
import type { Runs } from './runs.ts';
import { isActive, type RunRecord, type TaskRunRecord } from './task.ts';

/** Names in one label selector: 100 of at most 55 characters fit a URL that every proxy accepts. */
const MAX_NAMES = 100;

/** Reads the PipelineRun of a task; `undefined` for one that Taskbridge did not create. */
export function toRunRecord(object: unknown): RunRecord | undefined {
  const own = toOwnRun(object, LABEL.taskId);
  if (own === undefined) return undefined;
  const { results: _, ...run } = own;
  return run;
}

/** Reads the TaskRun of a task, with its one step. */
export function toTaskRunRecord(object: unknown): TaskRunRecord {
  const { steps, ...taskRun } = toTaskRun(object);
  const [step] = steps;
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
  const { subjectOf, patch, read, ...objects } = pipelineRuns(connection, 'Task');

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

    async taskRuns(space, runs) {
      const parts = Array.from({ length: Math.ceil(runs.length / MAX_NAMES) }, (_, part) =>
        runs.slice(part * MAX_NAMES, (part + 1) * MAX_NAMES),
      );
      const lists = parts.map((names) => objects.taskRuns(space, names));
      return (await Promise.all(lists)).flat().map(toTaskRunRecord);
    },

    cancel: (space, name, because) => objects.cancel(space, name, because),

    async admit(space, name, now) {
      const admitted = await callApi<boolean>(
        subjectOf(space, name),
        async () => {
          await patch(space, name, admitting(now), PatchStrategy.JsonPatch);
          return true;
        },
        // 422: it is not queued, or no longer.
        ({ code }) => (code === 404 || code === 422 ? false : undefined),
      );
      return admitted || (await isAdmitted(space, name)) ? 'admitted' : 'finished';
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
