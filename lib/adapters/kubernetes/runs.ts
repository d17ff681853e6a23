import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import { notFound } from '../../domain/errors.ts';
import { LABEL, MANAGED_BY } from '../../domain/labels.ts';
import type { Condition, RunRecord, TaskRunRecord } from '../../domain/task.ts';
import type { Page, RunFilter, RunRow, Runs } from '../../ports.ts';
import type { Connection } from './connection.ts';
import { ask, type Subject } from './failure.ts';
import { List, RUN_LABEL, Table, toRunRecord, toRunRow, toTaskRunRecord } from './records.ts';

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

const AS_TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const subjectOf = (space: string, name: string): Subject => ({ space, what: `Task "${name}"` });
const all = (space: string): Subject => ({ space, what: 'Tasks' });

/** Tasks as PipelineRuns of the cluster. */
export function kubernetesRuns({ custom }: Connection): Runs {
  const find = async (space: string, name: string): Promise<RunRecord | undefined> => {
    const object = await ask<unknown>(
      subjectOf(space, name),
      () => custom.getNamespacedCustomObject({ ...runsOf(space), name }),
      ({ code }) => (code === 404 ? null : undefined),
    );
    return object === null ? undefined : toRunRecord(object);
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

    list: (space, filter, { limit, after }) =>
      ask(all(space), async () => {
        const options = setHeaderOptions('Accept', AS_TABLE);
        const page = { limit, ...(after === undefined ? {} : { _continue: after }) };
        const request = { ...runsOf(space), labelSelector: selectorOf(filter), ...page };
        return toRows(await custom.listNamespacedCustomObject(request, options));
      }),

    async taskRuns(space, runs) {
      const parts = Array.from({ length: Math.ceil(runs.length / NAMES_A_LIST) }, (_, part) =>
        runs.slice(part * NAMES_A_LIST, (part + 1) * NAMES_A_LIST),
      );
      const lists = parts.map((names) => ask(all(space), () => listTaskRuns(custom, space, names)));
      return (await Promise.all(lists)).flat();
    },

    cancel: (space, name) =>
      ask(
        subjectOf(space, name),
        async () => {
          const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
          const request = { ...runsOf(space), name, body: { spec: { status: 'Cancelled' } } };
          await custom.patchNamespacedCustomObject(request, options);
          return 'cancelling' as const;
        },
        ({ code, message }) =>
          code === 400 && message.includes('no updates are allowed') ? ('finished' as const) : undefined,
      ),
  };
}

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

/** The values are names that were checked at the edge: none can add a condition of its own. */
function selectorOf({ app, job, id }: RunFilter): string {
  const labels = { [LABEL.managedBy]: MANAGED_BY, [LABEL.app]: app, [LABEL.job]: job, [LABEL.taskId]: id };
  const given = Object.entries(labels).filter(([, value]) => value !== undefined);
  return given.map(([label, value]) => `${label}=${value}`).join(',');
}

function toRows(answer: unknown): Page<RunRow> {
  const { metadata, columnDefinitions, rows } = v.parse(Table, answer);
  const status = columnDefinitions.findIndex(({ name }) => name === 'Succeeded');
  const reason = columnDefinitions.findIndex(({ name }) => name === 'Reason');
  const items = (rows ?? []).flatMap(
    ({ cells, object }) => toRunRow(object.metadata, conditionOf(cells[status], cells[reason])) ?? [],
  );
  return { items, next: metadata.continue || undefined };
}

const conditionOf = (status: unknown, reason: unknown): Condition | undefined =>
  status === 'True' || status === 'False' || status === 'Unknown'
    ? { status, reason: typeof reason === 'string' ? reason : undefined }
    : undefined;
