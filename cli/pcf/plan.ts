import { present } from '../flags.ts';
import { readPcfCron, type Sunday } from './cron.ts';
import type { PcfJob, PcfSchedule, PcfSpace } from './file.ts';

/** What one schedule of PCF Scheduler, or one job without any, becomes. */
export type Planned = {
  /** The job as PCF Scheduler names it, and the expression of the schedule. */
  readonly job: string;
  readonly expression: string | undefined;
  /** The name that it has here; the same however often and in whatever order the file is read. */
  readonly name: string;
} & ({ readonly body: JobBody } | { readonly problem: string });

/** As create-job sends it. */
export type JobBody = {
  readonly app: string;
  readonly command?: string | undefined;
  readonly resources?: Readonly<Record<string, unknown>> | undefined;
  readonly schedule?: { readonly cron: string; readonly timeZone: string };
  readonly suspend?: boolean;
};

export type Choices = {
  readonly sunday: Sunday | undefined;
  readonly timeZone: string;
  /** Names of apps by their GUIDs, before those of the file. */
  readonly apps: ReadonlyMap<string, string>;
};

/** Longest name of a job. */
const LONGEST = 63;

/** What becomes of each job and schedule, and of calls, which have no place here. */
export function planImport(space: PcfSpace, choices: Choices): readonly Planned[] {
  const taken = new Set<string>();
  const jobs = space.jobs.flatMap((job) => {
    const schedules = job.schedules.length === 0 ? [undefined] : job.schedules;
    return schedules.map((schedule, at) => {
      const name = nameFor(job, at === 0 ? undefined : schedule?.guid, taken);
      taken.add(name);
      const planned = { job: job.name, expression: schedule?.expression.trim(), name };
      return { ...planned, ...bodyOf(job, schedule, space, choices) };
    });
  });
  const calls = space.calls.map((call) => ({
    job: call,
    expression: undefined,
    name: '',
    problem: 'it is a call, an HTTP request: make a job of it that runs curl',
  }));
  return [...jobs, ...calls];
}

/**
 * The oldest schedule's job has the job's own name, another one's the begin of the schedule's GUID behind it: a schedule
 * that is added later changes no name. Two jobs whose names would be one here are told apart by their GUIDs.
 */
function nameFor(job: PcfJob, scheduleGuid: string | undefined, taken: ReadonlySet<string>): string {
  const base = labelOf(job.name);
  const name = scheduleGuid === undefined ? base.slice(0, LONGEST) : withEnd(base, scheduleGuid);
  return taken.has(name) ? withEnd(name, job.guid) : name;
}

const withEnd = (base: string, guid: string): string => {
  const end = labelOf(guid).slice(0, 8);
  return `${base.slice(0, LONGEST - end.length - 1)}-${end}`;
};

const labelOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|(?<!-)-+$/g, '') || 'job';

function bodyOf(
  job: PcfJob,
  schedule: PcfSchedule | undefined,
  space: PcfSpace,
  { sunday, timeZone, apps }: Choices,
): { readonly body: JobBody } | { readonly problem: string } {
  const app = apps.get(job.app_guid) ?? space.apps.get(job.app_guid);
  if (app === undefined) {
    return { problem: `the file does not name its app: give --app ${job.app_guid}=NAME` };
  }
  const body = { app, ...present({ command: job.command, resources: resourcesOf(job) }) };
  if (schedule === undefined) return { body };
  if (schedule.expression_type !== 'cron_expression') {
    return { problem: `its expression is of the type ${schedule.expression_type}, not a cron_expression` };
  }
  const read = readPcfCron(schedule.expression, sunday);
  if ('problem' in read) return read;
  const scheduled = { ...body, schedule: { cron: read.cron, timeZone } };
  return { body: schedule.enabled ? scheduled : { ...scheduled, suspend: true } };
}

function resourcesOf({ memory_in_mb: memory, disk_in_mb: disk }: PcfJob) {
  const resources = present({ memory: memory && `${memory}Mi`, disk: disk && `${disk}Mi` });
  return Object.keys(resources).length === 0 ? undefined : resources;
}
