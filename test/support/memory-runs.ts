import { randomUUID } from 'node:crypto';
import { notFoundIn } from '../../lib/platform/errors.ts';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { toRfc3339 } from '../../lib/platform/quantities.ts';
import type { PipelineRun } from '../../lib/tasks/pipeline-run.ts';
import type { RunFilter, Runs } from '../../lib/tasks/runs.ts';
import { isActive, isQueued, type RunRecord, type TaskRunRecord } from '../../lib/tasks/task.ts';
import type { MemoryEnvironment } from './environment.ts';
import { pageOf } from './page-of.ts';

/** The runs of a cluster in memory. A test plays Tekton: it says what becomes of a run. */
export type MemoryRuns = Runs & {
  /** Names of all runs, in the order of their creation. */
  names(): readonly string[];
  /** Names of the runs that Tekton was asked to cancel. */
  cancelled(): readonly string[];
  /** A run as it stands, without a request; `undefined` when it is not there. */
  stored(name: string, space?: string): RunRecord | undefined;
  /** Puts a run there, in place of one of the same name. */
  add(run: RunRecord): void;
  /** Sets the status that Tekton reports from now on, for a run and its TaskRun. */
  becomes(name: string, run: Partial<RunRecord>, taskRun?: Partial<TaskRunRecord>): void;
  /** Removes a run, as prune does. */
  remove(name: string, space?: string): void;
  /** Removes the runs that an object of this uid owns, as the cluster's garbage collector does. */
  collect(owner: string): void;
};

/** No runs. `pods` are the pods that are there. */
export function memoryRuns(around: MemoryEnvironment, pods: { has(pod: string): boolean }): MemoryRuns {
  const runs = new Map<string, RunRecord>();
  const taskRuns = new Map<string, TaskRunRecord>();
  const cancelled = new Set<string>();
  /** All parts of a list are of its first moment: those of lists that have more than one, by number. */
  const lists = new Map<string, readonly RunRecord[]>();
  let listed = 0;
  const keyOf = ({ space, name }: Pick<RunRecord, 'space' | 'name'>): string => `${space}/${name}`;
  const put = (run: RunRecord): void => {
    runs.set(keyOf(run), run);
  };
  const lookUp = (space: string, name: string): RunRecord | undefined => {
    around.reach(space);
    return runs.get(keyOf({ space, name }));
  };
  const all = (space: string, filter: RunFilter): readonly RunRecord[] => {
    const found: RunRecord[] = [];
    for (const run of runs.values()) if (run.space === space && isIn(run, filter)) found.push(run);
    return found;
  };
  const ofAnySpace = (name: string): RunRecord | undefined => {
    for (const run of runs.values()) if (run.name === name) return run;
    return undefined;
  };
  const annotate = (run: RunRecord, name: string, value: string): RunRecord => ({
    ...run,
    annotations: { ...run.annotations, [name]: value },
  });

  return {
    names: () => [...runs.values()].map(({ name }) => name),
    cancelled: () => [...cancelled].map((key) => key.slice(key.indexOf('/') + 1)),
    stored: (name, space = around.space) => runs.get(keyOf({ space, name })),
    add: put,
    becomes(name, run, taskRun) {
      const found = runs.get(keyOf({ space: around.space, name })) ?? ofAnySpace(name);
      if (found === undefined) throw new Error(`There is no run "${name}".`);
      const child = `${name}-task`;
      put({ ...found, ...(taskRun === undefined ? {} : { taskRun: child }), ...run });
      if (taskRun !== undefined) taskRuns.set(keyOf(found), { name: child, run: name, ...taskRun });
    },
    remove(name, space = around.space) {
      runs.delete(keyOf({ space, name }));
      taskRuns.delete(keyOf({ space, name }));
    },
    collect(owner) {
      for (const [key, { ownerUid }] of runs) if (ownerUid === owner) runs.delete(key);
    },

    async create(manifest) {
      const { namespace: space, name } = manifest.metadata;
      const existing = lookUp(space, name);
      if (existing !== undefined) return { outcome: 'exists', run: existing };
      const run = toRecord(manifest, around.now());
      put(run);
      return { outcome: 'created', run };
    },
    find: async (space, name) => lookUp(space, name),
    async get(space, name) {
      const run = lookUp(space, name);
      if (run === undefined) throw notFoundIn(space, `Task "${name}"`);
      return run;
    },
    async list(space, filter, page) {
      around.reach(space);
      const [list = String(listed), name] = page.after?.split('@') ?? [];
      const found = lists.get(list) ?? all(space, filter);
      const { items, next } = pageOf(found, { ...page, after: name });
      if (page.after === undefined) listed += 1;
      if (next !== undefined) lists.set(list, found);
      return {
        items: items.map(({ completedAt, taskRun, ...row }) => row),
        next: next && `${list}@${next}`,
        here: page.after ?? `${list}@`,
      };
    },
    async taskRuns(space, of) {
      around.reach(space);
      return of.flatMap(({ name }) => taskRuns.get(keyOf({ space, name })) ?? []);
    },
    async cancel(space, name, because) {
      const run = lookUp(space, name);
      if (run === undefined) return 'gone';
      if (!isActive(run)) return 'finished';
      cancelled.add(keyOf(run));
      if (because !== undefined) put(annotate(run, ANNOTATION.cancelledBecause, because));
      return 'cancelling';
    },
    async cancelQueued(space, name) {
      const run = lookUp(space, name);
      if (run === undefined || cancelled.has(keyOf(run))) return 'cancelled';
      if (!isQueued(run)) return 'started';
      cancelled.add(keyOf(run));
      return 'cancelling';
    },
    async admit(space, name, now) {
      const run = lookUp(space, name);
      if (run === undefined || !isActive(run) || cancelled.has(keyOf(run))) return 'finished';
      if (isQueued(run)) {
        const condition = { status: 'Unknown', reason: 'Started' } as const;
        put({ ...annotate(run, ANNOTATION.admittedAt, toRfc3339(now)), condition });
      }
      return 'admitted';
    },
    async reserve(space, name, at) {
      const run = lookUp(space, name);
      if (run === undefined) return;
      const { [ANNOTATION.admittedAt]: _, ...annotations } = run.annotations;
      put(at === undefined ? { ...run, annotations } : annotate(run, ANNOTATION.admittedAt, toRfc3339(at)));
    },
    async markReported(space, name) {
      const run = lookUp(space, name);
      if (run !== undefined) put({ ...run, labels: { ...run.labels, [LABEL.reported]: 'true' } });
    },
    async countExceeds(space, filter, count) {
      around.reach(space);
      return all(space, filter).length > count;
    },
    async delete({ space, name, uid }) {
      if (lookUp(space, name)?.uid !== uid) return 'gone';
      runs.delete(keyOf({ space, name }));
      return 'deleted';
    },
    async hasPod(space, pod) {
      around.reach(space);
      return pods.has(pod);
    },
  };
}

/** Kubernetes keeps the time of creation in whole seconds. */
const toRecord = ({ metadata, spec }: PipelineRun, now: Date): RunRecord => ({
  space: metadata.namespace,
  name: metadata.name,
  uid: randomUUID(),
  createdAt: now.toISOString().replace(/\.\d+Z$/, 'Z'),
  deleting: false,
  labels: metadata.labels,
  annotations: metadata.annotations,
  ownerUid: metadata.ownerReferences[0]?.uid ?? '',
  condition: spec.status === undefined ? undefined : { status: 'Unknown', reason: spec.status },
});

const isIn = ({ labels }: RunRecord, { app, job, jobs, unreported }: RunFilter): boolean =>
  (app === undefined || labels[LABEL.app] === app) &&
  (job === undefined || labels[LABEL.job] === job) &&
  (jobs === undefined || jobs.includes(labels[LABEL.job] ?? '')) &&
  (unreported !== true || labels[LABEL.reported] === undefined);
