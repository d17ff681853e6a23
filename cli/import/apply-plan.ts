import { JobSpec } from '../../lib/jobs/job.ts';
import { parse } from '../../lib/platform/schema.ts';
import { Job } from '../api/responses.ts';
import type { Client } from '../client.ts';
import { CliError } from '../errors.ts';
import { toWritten } from '../manifest-text.ts';
import type { Check } from './check.ts';
import { type Imported, type JobBody, type Planned, rowOf } from './planned.ts';

/**
 * Creates a planned job. An existing job is never changed: an equal one is "unchanged", a different one "rejected", so an
 * interrupted import can be repeated. With a check, nothing is created. Throws a `CliError` where the server is unreachable or
 * denies access.
 */
export async function applyPlan(client: Client, planned: Planned, check?: Check): Promise<Imported> {
  if ('problem' in planned) return rowOf(planned, 'rejected', planned.problem);
  const { name, body } = planned;
  try {
    const found = await findJob(client, name);
    if (found !== undefined) {
      const different = differencesOf(found, body);
      if (different.length === 0) return rowOf(planned, 'unchanged');
      return rowOf(
        planned,
        'rejected',
        `job "${found.name}" already exists with a different ${different.join(', ')}`,
      );
    }
    if (check !== undefined) {
      const problem = await check(body);
      return problem === undefined ? rowOf(planned, 'to be created') : rowOf(planned, 'rejected', problem);
    }
    await client.request(Job, { method: 'POST', path: ['jobs'], body: { name, ...body } });
    return rowOf(planned, 'created');
  } catch (error) {
    if (error instanceof CliError && isOfThisJob(error)) return rowOf(planned, 'rejected', error.message);
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

/** Names of the fields in which an existing job differs from the planned one. */
function differencesOf(found: Job, body: JobBody): readonly string[] {
  const resources = resourcesOf(body);
  const fields = {
    app: [found.app, body.app],
    command: [found.command, body.command],
    cpu: [found.resources?.cpu, resources.cpu],
    memory: [found.resources?.memory, resources.memory],
    disk: [found.resources?.disk, resources.disk],
    schedule: [found.schedule?.cron, body.schedule?.cron],
    'time zone': [found.schedule?.timeZone, body.schedule?.timeZone],
    suspend: [found.suspend, body.suspend ?? false],
    'concurrency policy': [found.concurrencyPolicy, body.concurrencyPolicy ?? 'Always'],
  };
  return Object.entries(fields).flatMap(([name, [actual, planned]]) => (actual === planned ? [] : [name]));
}

/** Resources as the API writes them: `1Gi` is `1024Mi`. */
function resourcesOf(body: JobBody): NonNullable<Job['resources']> {
  const parsed = parse(JobSpec, body, 'body');
  return (parsed.ok ? toWritten({ name: '', ...parsed.value }).resources : undefined) ?? {};
}
