import { PatchStrategy } from '@kubernetes/client-node';
import * as v from 'valibot';
import { notFoundIn } from '../../domain/errors.ts';
import { ANNOTATION, LABEL } from '../../domain/labels.ts';
import { formatMoment } from '../../domain/moments.ts';
import { isActive } from '../../domain/parking.ts';
import type { RunRecord } from '../../domain/task.ts';
import type { Runs } from '../../ports.ts';
import { CORE, type Connection } from './connection.ts';
import { ask } from './failure.ts';
import { pipelineRuns } from './pipeline-runs.ts';
import { toRunRecord, toTaskRunRecord } from './records.ts';
import { listRuns, runsExceed } from './run-lists.ts';

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

    exceed: (space, filter, count) => runsExceed(connection, space, filter, count),

    async taskRuns(space, runs) {
      const parts = Array.from({ length: Math.ceil(runs.length / NAMES_A_LIST) }, (_, part) =>
        runs.slice(part * NAMES_A_LIST, (part + 1) * NAMES_A_LIST),
      );
      const lists = parts.map((names) => objects.taskRuns(space, names));
      return (await Promise.all(lists)).flat().map(toTaskRunRecord);
    },

    cancel: (space, name, because) => objects.cancel(space, name, because),

    async release(space, name, now) {
      const released = await ask<boolean>(
        subjectOf(space, name),
        async () => {
          await patch(space, name, releasing(now), PatchStrategy.JsonPatch);
          return true;
        },
        // 422: it is not parked, or not any more.
        ({ code }) => (code === 404 || code === 422 ? false : undefined),
      );
      return released || (await isGoing(space, name)) ? 'released' : 'finished';
    },

    /**
     * A finished run that was told is only read and deleted. So nobody needs to know any more who wrote which of its
     * fields, which is a fifth of the object and more than half of its row in a list.
     */
    async tell(space, name) {
      await ask<unknown>(
        subjectOf(space, name),
        () => patch(space, name, { metadata: { labels: { [LABEL.told]: 'true' }, managedFields: [{}] } }),
        ({ code }) => (code === 404 ? 'gone' : undefined),
      );
    },

    delete: objects.delete,

    async hasPod(space, pod) {
      const found = await ask<unknown>(
        { space, what: `Pod "${pod}"` },
        () => custom.getNamespacedCustomObject({ ...CORE, plural: 'pods', namespace: space, name: pod }),
        ({ code }) => (code === 404 ? null : undefined),
      );
      return found !== null;
    },
  };
}

const Spec = v.object({ spec: v.object({ status: v.optional(v.string()) }) });

const PARKED = 'PipelineRunPending';

/**
 * A merge patch that takes the status away would also take a cancel back that came a moment before: measured, the run
 * then goes on. So it is taken away only where it says that the run is parked, in one step.
 */
const releasing = (now: Date) => [
  { op: 'test', path: '/spec/status', value: PARKED },
  { op: 'remove', path: '/spec/status' },
  {
    op: 'add',
    path: `/metadata/annotations/${ANNOTATION.releasedAt.replace('/', '~1')}`,
    value: formatMoment(now),
  },
];
