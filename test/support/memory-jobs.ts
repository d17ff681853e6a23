import { conflict, notFound } from '../../lib/domain/errors.ts';
import type { BrokenJob, Job, JobSpec } from '../../lib/domain/job.ts';
import type { Jobs } from '../../lib/ports.ts';
import { pageOf } from './page-of.ts';

type Stored = Job | BrokenJob;

/** Parts as a cluster lists them. */
const PART = 500;

/** The Jobs of a space in memory, with versions as Kubernetes counts them. */
export function memoryJobs(given: readonly Stored[]): Jobs {
  const jobs = new Map(given.map((job) => [job.name, job]));
  let versions = given.length;
  const nextVersion = (): string => {
    versions += 1;
    return String(versions);
  };
  const find = (space: string, name: string): Stored => {
    const job = jobs.get(name);
    if (job === undefined) throw notFound(`Job "${name}" is not in space "${space}".`);
    return job;
  };
  const store = <J extends Stored>(job: J): J => {
    const stored = { ...job, version: nextVersion() };
    jobs.set(job.name, stored);
    return stored;
  };

  return {
    get: async (space, name) => find(space, name),
    list: async (_space, page) => pageOf([...jobs.values()], page),
    async *all() {
      const all = [...jobs.values()];
      for (let at = 0; at < all.length; at += PART) yield all.slice(at, at + PART);
    },
    async create(app, name, spec, _nonce) {
      if (jobs.has(name)) throw conflict(`Job "${name}" is there already.`);
      return store({
        space: app.space,
        name,
        uid: `uid-${versions}-of-${name}`,
        version: '',
        createdAt: '2026-11-24T21:00:00Z',
        deleting: false,
        spec,
        status: { conditions: [] },
      });
    },
    async change(job, change) {
      const found = find(job.space, job.name);
      if (found.uid !== job.uid || !('spec' in found)) throw notFound(`Job "${job.name}" is gone.`);
      return store({ ...found, spec: merged<JobSpec>(found.spec, change) });
    },
    async writeStatus(job, change) {
      const found = jobs.get(job.name);
      if (found === undefined || found.uid !== job.uid) return 'gone';
      if (found.version !== job.version) return 'overtaken';
      return store({ ...found, status: merged(found.status, change) });
    },
    async delete(job) {
      if (jobs.get(job.name)?.uid === job.uid) jobs.delete(job.name);
    },
  };
}

/** As a merge patch: `null` takes away, `undefined` leaves. */
function merged<T extends object>(old: T, change: object): T {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  const changed = { ...old, ...Object.fromEntries(entries) };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null)) as T;
}
