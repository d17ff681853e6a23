import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import { notFound } from '../../domain/errors.ts';
import { ANNOTATION, LABEL } from '../../domain/labels.ts';
import { formatMoment } from '../../domain/moments.ts';
import { isActive } from '../../domain/parking.ts';
import type { RunRecord, TaskRunRecord } from '../../domain/task.ts';
import type { Runs } from '../../ports.ts';
import type { Connection } from './connection.ts';
import { ask, domainErrorOf, failureOf, type Subject } from './failure.ts';
import { List, RUN_LABEL, toRunRecord, toTaskRunRecord } from './records.ts';
import { listRuns, runsExceed } from './run-lists.ts';

const runsOf = (namespace: string) => ({
  group: 'tekton.dev',
  version: 'v1',
  plural: 'pipelineruns',
  namespace,
});
const taskRunsOf = (namespace: string) => ({
  group: 'tekton.dev',
  version: 'v1',
  plural: 'taskruns',
  namespace,
});

/** As many names as fit a URL that every proxy takes: 100 of at most 55 characters. */
const NAMES_A_LIST = 100;

const subjectOf = (space: string, name: string): Subject => ({ space, what: `Task "${name}"` });
const all = (space: string): Subject => ({ space, what: 'Tasks' });

/** Tasks as PipelineRuns of the cluster. */
export function kubernetesRuns(connection: Connection): Runs {
  const { custom, core } = connection;
  const read = (space: string, name: string): Promise<unknown> =>
    ask<unknown>(
      subjectOf(space, name),
      () => custom.getNamespacedCustomObject({ ...runsOf(space), name }),
      ({ code }) => (code === 404 ? null : undefined),
    );

  const find = async (space: string, name: string): Promise<RunRecord | undefined> => {
    const object = await read(space, name);
    return object === null ? undefined : toRunRecord(object);
  };

  const patch = (space: string, name: string, body: object): Promise<unknown> => {
    const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    return custom.patchNamespacedCustomObject({ ...runsOf(space), name, body }, options);
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
    async get(space, name) {
      const run = await find(space, name);
      if (run === undefined) throw notFound(`Task "${name}" is not in space "${space}".`);
      return run;
    },

    async create(run) {
      const { namespace: space, name } = run.metadata;
      const created = await ask<unknown>(
        subjectOf(space, name),
        () => custom.createNamespacedCustomObject({ ...runsOf(space), body: run }),
        ({ reason }) => (reason === 'AlreadyExists' ? 'exists' : undefined),
      );
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
      const lists = parts.map((names) => ask(all(space), () => listTaskRuns(custom, space, names)));
      return (await Promise.all(lists)).flat();
    },

    cancel: (space, name, because) =>
      ask(
        subjectOf(space, name),
        async () => {
          const why = { metadata: { annotations: { [ANNOTATION.cancelledBecause]: because } } };
          const body = { ...(because === undefined ? {} : why), spec: { status: 'Cancelled' } };
          await patch(space, name, body);
          return 'cancelling' as const;
        },
        ({ code, message }) =>
          code === 400 && message.includes('no updates are allowed') ? ('finished' as const) : undefined,
      ),

    async release(space, name, now) {
      const released = await ask<boolean>(
        subjectOf(space, name),
        async () => {
          const options = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
          const body = releasing(now);
          await custom.patchNamespacedCustomObject({ ...runsOf(space), name, body }, options);
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

    delete: ({ space, name, uid }) =>
      ask<'deleted' | 'gone'>(
        subjectOf(space, name),
        async () => {
          const body = { preconditions: { uid } };
          await custom.deleteNamespacedCustomObject({
            ...runsOf(space),
            name,
            propagationPolicy: 'Background',
            body,
          });
          return 'deleted';
        },
        // 409: another run has the name. A delete whose answer was lost is repeated, and then finds nothing.
        ({ code }) => (code === 404 || code === 409 ? 'gone' : undefined),
      ),

    async hasPod(space, pod) {
      const { status, text } = await core({ method: 'GET', path: `/api/v1/namespaces/${space}/pods/${pod}` });
      if (status === 200 || status === 404) return status === 200;
      throw domainErrorOf(failureOf(status, text), { space, what: `Pod "${pod}"` });
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

async function listTaskRuns(
  custom: Connection['custom'],
  space: string,
  runs: readonly string[],
): Promise<TaskRunRecord[]> {
  const labelSelector = `${RUN_LABEL} in (${runs.join(',')})`;
  const list = v.parse(
    List,
    await custom.listNamespacedCustomObject({ ...taskRunsOf(space), labelSelector }),
  );
  return list.items.map(toTaskRunRecord);
}
