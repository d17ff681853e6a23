import { PatchStrategy } from '@kubernetes/client-node';
import * as v from 'valibot';
import { notFoundIn } from '../platform/errors.ts';
import { CORE, type Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { pipelineRuns } from '../platform/kubernetes/pipeline-runs.ts';
import { ANNOTATION, LABEL } from '../platform/labels.ts';
import { toRfc3339 } from '../platform/time.ts';
import { listRuns, runCountExceeds } from './repository-lists.ts';
import { toRunRecord, toTaskRunRecord } from './repository-records.ts';
import type { Runs } from './runs.ts';
import { isActive, type RunRecord } from './task.ts';

/** As many names as fit a URL that every proxy takes: 100 of at most 55 characters. */
const NAMES_A_LIST = 100;

/** Tasks as PipelineRuns of the cluster. */
export function kubernetesRuns(connection: Connection): Runs {
  const { custom } = connection;
  const { subjectOf, patch, read, ...objects } = pipelineRuns(connection, 'Task');

  const find = async (space: string, name: string): Promise<RunRecord | undefined> => {
    const object = await read(space, name);
    return object === null ? undefined : toRunRecord(object);
  };

  /** Whether a run was let go before and has not ended: it neither waits nor was cancelled. */
  const isGoing = async (space: string, name: string): Promise<boolean> => {
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
      const parts = Array.from({ length: Math.ceil(runs.length / NAMES_A_LIST) }, (_, part) =>
        runs.slice(part * NAMES_A_LIST, (part + 1) * NAMES_A_LIST),
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
        // 422: it is not parked, or not any more.
        ({ code }) => (code === 404 || code === 422 ? false : undefined),
      );
      return admitted || (await isGoing(space, name)) ? 'admitted' : 'finished';
    },

    /**
     * A finished run that was told is only read and deleted. So nobody needs to know any more who wrote which of its
     * fields, which is a fifth of the object and more than half of its row in a list.
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
 * A merge patch that takes the status away would also take a cancel back that came a moment before: measured, the run
 * then goes on. So it is taken away only where it says that the run is parked, in one step.
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
