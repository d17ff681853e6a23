import { Job, SuspendedJobs } from './api/responses.ts';
import { UsageError } from './errors.ts';
import type { Context, Flag, ParsedArgs } from './verb.ts';

/** Flag for all jobs of the space. */
export const ALL: Flag = { flags: '--all', description: 'all jobs of the space' };

/** Suspends or resumes a job, or with `--all` all jobs of the space. Idempotent. */
export async function setSuspended(
  context: Context,
  given: ParsedArgs,
  suspend: boolean,
): Promise<undefined> {
  const { client, screen } = context;
  const method = suspend ? 'PUT' : 'DELETE';
  const done = suspend ? 'suspended' : 'resumed';
  const name = given.optionalArgument(0);
  if (given.isSet('all') === (name !== undefined)) {
    throw new UsageError('Specify the name of a job, or --all for all jobs of the space.');
  }
  if (name === undefined) {
    const { value } = await client.request(SuspendedJobs, { method, path: ['suspended'] });
    for (const job of value.jobs) screen.line(`Job ${job} is ${done}.`);
    if (value.jobs.length === 0) screen.note(`No jobs to ${suspend ? 'suspend' : 'resume'}.`);
    return;
  }
  const { value: job } = await client.request(Job, { method: 'GET', path: ['jobs', name] });
  if (job.suspend === suspend) {
    screen.note(`Job ${name} is already ${suspend ? 'suspended' : 'active'}.`);
    return;
  }
  await client.request(Job, { method, path: ['jobs', name, 'suspended'] });
  screen.line(`Job ${name} is ${done}.`);
}
