import { isDeepStrictEqual } from 'node:util';
import { type InvalidJob, type Job, writtenSpecOf } from '../../lib/jobs/job.ts';
import type { Jobs, SpecChange } from '../../lib/jobs/jobs.ts';
import { conflict, notFoundIn } from '../../lib/platform/errors.ts';
import type { MemoryEnvironment } from './environment.ts';
import { pageOf } from './page-of.ts';

/** Jobs a part of `all`: few, so that a handful of jobs already takes several. */
const PAGE_SIZE = 3;

/** The Jobs of a cluster in memory. */
export type MemoryJobs = Jobs & {
  /** Job as stored, without a request; `undefined` if there is none. */
  stored(name: string, space?: string): Job | InvalidJob | undefined;
  /** Puts a job there as `kubectl apply` would: under a new version, in place of one of the same name. */
  add(job: Job | InvalidJob): void;
  /** Deletes the job as `kubectl delete` would. */
  remove(name: string, space?: string): void;
  /** Deletes the jobs that an App of this uid owns, as the cluster's garbage collector does. */
  collect(owner: string): void;
  /** Number of writes of jobs. */
  readonly writes: number;
};

/** `removed` is called with the uid of each job that is deleted: what it owns goes with it. */
export function memoryJobs(
  given: readonly (Job | InvalidJob)[],
  around: MemoryEnvironment,
  removed: (uid: string) => void,
): MemoryJobs {
  const jobs = new Map<string, Job | InvalidJob>();
  /** Nonce and owner of each created job, by uid. */
  const created = new Map<string, { readonly nonce: string; readonly owner: string }>();
  let version = 0;
  let writes = 0;

  const keyOf = (space: string, name: string): string => `${space}/${name}`;
  const missing = (space: string, name: string) => notFoundIn(space, `Job "${name}"`);
  const store = <J extends Job | InvalidJob>(job: J): J => {
    version += 1;
    const stored = { ...job, version: String(version) };
    jobs.set(keyOf(job.space, job.name), stored);
    return stored;
  };
  /** A write that changes nothing makes no new version. */
  const update = (old: Job | InvalidJob, changed: Job | InvalidJob): Job | InvalidJob => {
    writes += 1;
    return isDeepStrictEqual(old, changed) ? old : store(changed);
  };
  const current = ({ space, name, uid }: Job | InvalidJob): Job | InvalidJob | undefined => {
    const found = jobs.get(keyOf(space, name));
    return found?.uid === uid ? found : undefined;
  };
  const drop = (job: Job | InvalidJob): void => {
    jobs.delete(keyOf(job.space, job.name));
    removed(job.uid);
  };
  for (const job of given) store(job);

  return {
    stored: (name, space = around.space) => jobs.get(keyOf(space, name)),
    add: (job) => {
      store(job);
    },
    remove: (name, space = around.space) => {
      const job = jobs.get(keyOf(space, name));
      if (job !== undefined) drop(job);
    },
    collect(owner) {
      for (const job of jobs.values()) if (created.get(job.uid)?.owner === owner) drop(job);
    },
    get writes() {
      return writes;
    },

    async get(space, name) {
      around.reach(space);
      const job = jobs.get(keyOf(space, name));
      if (job === undefined) throw missing(space, name);
      return job;
    },
    async find(space, name) {
      around.reach(space);
      return jobs.get(keyOf(space, name));
    },
    async list(space, page) {
      around.reach(space);
      return pageOf(
        [...jobs.values()].filter((job) => job.space === space),
        page,
      );
    },
    async *all() {
      around.reach();
      const sorted = [...jobs].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, job]) => job);
      for (let from = 0; from < sorted.length; from += PAGE_SIZE) yield sorted.slice(from, from + PAGE_SIZE);
    },
    async create(app, name, spec, nonce, mark) {
      around.reach(app.space);
      const taken = jobs.get(keyOf(app.space, name));
      if (taken !== undefined) {
        if (created.get(taken.uid)?.nonce === nonce && 'spec' in taken) return taken;
        throw conflict(`Job "${name}" is in space "${app.space}" already.`);
      }
      const uid = `uid-${version + 1}-of-${name}`;
      created.set(uid, { nonce, owner: app.uid });
      const createdAt = around.now().toISOString();
      const status = { conditions: [] };
      const made = {
        ...{ space: app.space, name, uid, version: '', generation: 1 },
        ...{
          createdAt,
          deleting: false,
          isTemporary: mark?.isTemporary,
          applied: mark?.isApplied ? app.name : undefined,
          spec,
          status,
        },
      };
      writes += 1;
      return store(made);
    },
    async change(job, change) {
      around.reach(job.space);
      const found = current(job);
      if (found === undefined) throw missing(job.space, job.name);
      return update(found, withSpec(found, change));
    },
    async update(job, change, app) {
      around.reach(job.space);
      const found = jobs.get(keyOf(job.space, job.name));
      if (found === undefined) throw missing(job.space, job.name);
      if (found.version !== job.version) return 'conflict';
      const made = created.get(found.uid);
      if (made !== undefined && app !== undefined) created.set(found.uid, { ...made, owner: app.uid });
      return update(found, withSpec(found, change));
    },
    async replace(job, spec) {
      around.reach(job.space);
      const found = current(job);
      if (found === undefined || writtenSpecOf(found).app !== spec.app)
        throw conflict(`Job "${job.name}" was deleted or moved to another app meanwhile.`);
      const { problems: _, written: __, ...stored } = { problems: [], written: {}, ...found };
      const isSame = 'spec' in found && isDeepStrictEqual(found.spec, spec);
      return update(found, isSame ? found : { ...stored, generation: found.generation + 1, spec });
    },
    async writeStatus(job, change) {
      around.reach(job.space);
      const found = jobs.get(keyOf(job.space, job.name));
      if (found === undefined) return 'gone';
      if (found.version !== job.version) return 'conflict';
      const conditions = change.conditions === null ? [] : change.conditions;
      return update(found, { ...found, status: merged(found.status, { ...change, conditions }) });
    },
    async delete(job, only) {
      around.reach(job.space);
      const found = current(job);
      if (found === undefined || (only === 'unchanged' && found.version !== job.version)) return;
      drop(found);
    },
  };
}

/** Applies a merge patch: `null` removes a field, `undefined` leaves it. */
function merged<T extends object>(old: T, change: { readonly [F in keyof T]?: T[F] | null | undefined }): T {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  const result: Record<string, unknown> = { ...old, ...Object.fromEntries(entries) };
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null)) as T;
}

/** A broken job stays as it is: the fields that were wrong are not known here. */
function withSpec(job: Job | InvalidJob, { resources, ...change }: SpecChange): Job | InvalidJob {
  if (!('spec' in job))
    return { ...job, written: { ...job.written, suspend: change.suspend ?? job.written.suspend } };
  const own = resources && merged(job.spec.resources ?? {}, resources);
  const spec = { ...DEFAULTS, ...merged(job.spec, { ...change, resources: own }) };
  return isDeepStrictEqual(spec, job.spec) ? job : { ...job, generation: job.generation + 1, spec };
}

/** Defaults that the cluster sets for removed fields. */
const DEFAULTS = { concurrencyPolicy: 'Always', suspend: false } as const;
