import { Job } from '../api/responses.ts';
import type { Client } from '../client.ts';
import { CliError } from '../errors.ts';
import type { Check } from './check.ts';
import type { JobBody, Planned } from './plan.ts';

/** Result of importing a job or schedule; `problem` is the reason of a rejection. */
export type Imported = Pick<Planned, 'job' | 'expression' | 'name'> & {
  readonly cron: string | undefined;
  readonly result: 'created' | 'to be created' | 'unchanged' | 'rejected';
  readonly problem?: string;
};

/**
 * Creates a planned job. An existing job is never changed: an equal one is "unchanged", a different one "rejected", so an
 * interrupted import can be repeated. With a check, nothing is created. Throws a `CliError` where the server is unreachable or
 * denies access.
 */
export async function applyPlan(client: Client, planned: Planned, check?: Check): Promise<Imported> {
  const { job, expression, name } = planned;
  if ('problem' in planned) {
    return { job, expression, name, cron: undefined, result: 'rejected', problem: planned.problem };
  }
  const { body } = planned;
  const row = { job, expression, name, cron: body.schedule?.cron };
  try {
    const found = await findJob(client, name);
    if (found !== undefined) return { ...row, ...comparisonOf(found, body) };
    if (check !== undefined) {
      const problem = await check(body);
      return problem === undefined
        ? { ...row, result: 'to be created' }
        : { ...row, result: 'rejected', problem: problem.replace(/\.$/, '') };
    }
    await client.request(Job, { method: 'POST', path: ['jobs'], body: { name, ...body } });
    return { ...row, result: 'created' };
  } catch (error) {
    if (error instanceof CliError && isOfThisJob(error)) {
      return { ...row, result: 'rejected', problem: error.message.replace(/\.$/, '') };
    }
    throw error;
  }
}

/** True for an error of this job alone: no such app, an invalid cron, a conflict. */
const isOfThisJob = ({ status }: CliError): boolean => [404, 409, 413, 422].includes(status ?? 0);

async function findJob(client: Client, name: string): Promise<Job | undefined> {
  try {
    return (await client.request(Job, { method: 'GET', path: ['jobs', name] })).value;
  } catch (error) {
    if (error instanceof CliError && error.status === 404) return undefined;
    throw error;
  }
}

/** Compares an existing job with the planned one. */
function comparisonOf(found: Job, body: JobBody): Pick<Imported, 'result' | 'problem'> {
  const fields = {
    app: [found.app, body.app],
    command: [found.command, body.command],
    memory: [found.resources?.memory, body.resources?.memory],
    disk: [found.resources?.disk, body.resources?.disk],
    schedule: [found.schedule?.cron, body.schedule?.cron],
    'time zone': [found.schedule?.timeZone, body.schedule?.timeZone],
    suspend: [found.suspend, body.suspend ?? false],
  };
  const different = Object.entries(fields).filter(([, [actual, planned]]) => actual !== planned);
  if (different.length === 0) return { result: 'unchanged' };
  const names = different.map(([field]) => field).join(', ');
  return { result: 'rejected', problem: `job "${found.name}" already exists with a different ${names}` };
}
