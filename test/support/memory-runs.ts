import { notFound } from '../../lib/domain/errors.ts';
import { ANNOTATION, LABEL } from '../../lib/domain/labels.ts';
import type { PipelineRun } from '../../lib/domain/pipeline-run.ts';
import type { RunRecord, TaskRunRecord } from '../../lib/domain/task.ts';
import type { RunFilter, Runs } from '../../lib/ports.ts';
import { pageOf } from './page-of.ts';

/** The runs of a space in memory. A test plays Tekton: it says what becomes of a run. */
export type MemoryRuns = Runs & {
  /** Names of all runs, in the order of their creation. */
  names(): readonly string[];
  /** Pods that are there, ending too. */
  readonly pods: Set<string>;
  /** Names of the runs that Tekton was asked to cancel. */
  cancelled(): readonly string[];
  /** Puts a run there, in place of one of the same name. */
  add(run: RunRecord): void;
  /** What Tekton tells of a run from now on: of the run itself and of its TaskRun. */
  becomes(name: string, run: Partial<RunRecord>, taskRun?: Partial<TaskRunRecord>): void;
};

/** An empty space. */
export function memoryRuns(): MemoryRuns {
  const runs = new Map<string, RunRecord>();
  const taskRuns = new Map<string, TaskRunRecord>();
  const cancelled = new Set<string>();
  const pods = new Set<string>();
  const find = (space: string, name: string): RunRecord => {
    const run = runs.get(name);
    if (run === undefined) throw notFound(`Task "${name}" is not in space "${space}".`);
    return run;
  };

  return {
    pods,
    names: () => [...runs.keys()],
    cancelled: () => [...cancelled],
    add: (run) => runs.set(run.name, run),
    becomes(name, run, taskRun) {
      const child = `${name}-task`;
      runs.set(name, { ...find('', name), ...(taskRun === undefined ? {} : { taskRun: child }), ...run });
      if (taskRun !== undefined) taskRuns.set(name, { name: child, run: name, ...taskRun });
    },

    async create(manifest) {
      const existing = runs.get(manifest.metadata.name);
      if (existing !== undefined) return { outcome: 'exists', run: existing };
      const run = toRecord(manifest);
      runs.set(run.name, run);
      return { outcome: 'created', run };
    },
    get: async (space, name) => find(space, name),
    async list(_space, filter, page) {
      const { items, next } = pageOf(
        [...runs.values()].filter((run) => isIn(run, filter)),
        page,
      );
      return { items: items.map(({ completedAt, taskRun, ...row }) => row), next };
    },
    taskRuns: async (_space, names) => names.flatMap((name) => taskRuns.get(name) ?? []),
    async cancel(space, name, because) {
      const run = find(space, name);
      if (isEnded(run)) return 'finished';
      cancelled.add(name);
      if (because !== undefined) annotate(run, { [ANNOTATION.cancelledBecause]: because });
      return 'cancelling';
    },
    async release(_space, name, now) {
      const run = runs.get(name);
      if (run === undefined || isEnded(run)) return 'finished';
      annotate(run, { [ANNOTATION.releasedAt]: now.toISOString() });
      runs.set(name, { ...find('', name), condition: undefined });
      return 'released';
    },
    async tell(_space, name) {
      const run = runs.get(name);
      if (run !== undefined) runs.set(name, { ...run, labels: { ...run.labels, [LABEL.told]: 'true' } });
    },
    hasPod: async (_space, pod) => pods.has(pod),
  };

  function annotate(run: RunRecord, more: Readonly<Record<string, string>>): void {
    runs.set(run.name, { ...run, annotations: { ...run.annotations, ...more } });
  }
}

const isEnded = ({ condition }: RunRecord): boolean =>
  condition?.status === 'True' || condition?.status === 'False';

const toRecord = ({ metadata, spec }: PipelineRun): RunRecord => ({
  space: metadata.namespace,
  name: metadata.name,
  createdAt: '2026-11-24T21:00:00Z',
  labels: metadata.labels,
  annotations: metadata.annotations,
  ownerUid: metadata.ownerReferences[0]?.uid ?? '',
  condition: spec.status === undefined ? undefined : { status: 'Unknown', reason: spec.status },
});

const isIn = ({ labels }: RunRecord, { app, job, id, untold = false }: RunFilter): boolean =>
  (app === undefined || labels[LABEL.app] === app) &&
  (job === undefined || labels[LABEL.job] === job) &&
  (id === undefined || labels[LABEL.taskId] === id) &&
  (!untold || labels[LABEL.told] === undefined);
