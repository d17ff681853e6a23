import { Job } from '../../client/answers.ts';
import type { Client } from '../client.ts';
import { Refusal } from '../errors.ts';
import type { JobBody, Planned } from './plan.ts';

/** What became of a job or schedule; `problem` says why it was refused. */
export type Imported = Pick<Planned, 'job' | 'expression' | 'name'> & {
  readonly cron: string | undefined;
  readonly result: 'created' | 'to be created' | 'unchanged' | 'refused';
  readonly problem?: string;
};

/**
 * Creates what a plan says and is not there yet. A job that is there is left as it is: one that is the same is
 * unchanged, another one refused. Cut off, a repeat does the rest. Throws when nobody answers or nobody may ask.
 */
export async function carryOut(client: Client, planned: Planned, dryRun: boolean): Promise<Imported> {
  const { job, expression, name } = planned;
  if ('problem' in planned) {
    return { job, expression, name, cron: undefined, result: 'refused', problem: planned.problem };
  }
  const { body } = planned;
  const row = { job, expression, name, cron: body.schedule?.cron };
  try {
    const found = await findJob(client, name);
    if (found !== undefined) return { ...row, ...comparisonOf(found, body) };
    if (dryRun) return { ...row, result: 'to be created' };
    await client.ask(Job, { method: 'POST', path: ['jobs'], body: { name, ...body } });
    return { ...row, result: 'created' };
  } catch (error) {
    if (error instanceof Refusal && isOfThisJob(error)) {
      return { ...row, result: 'refused', problem: error.message.replace(/\.$/, '') };
    }
    throw error;
  }
}

/** Another job may do better: its app is not there, its cron is refused, somebody made it meanwhile. */
const isOfThisJob = ({ status }: Refusal): boolean => [404, 409, 413, 422].includes(status ?? 0);

async function findJob(client: Client, name: string): Promise<Job | undefined> {
  try {
    return (await client.ask(Job, { method: 'GET', path: ['jobs', name] })).value;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined;
    throw error;
  }
}

/** Whether the job that is there is the one that would be made. */
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
  const different = Object.entries(fields).filter(([, [is, would]]) => is !== would);
  if (different.length === 0) return { result: 'unchanged' };
  const names = different.map(([field]) => field).join(', ');
  return { result: 'refused', problem: `a job "${found.name}" is there already, with another ${names}` };
}
