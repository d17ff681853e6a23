import { present } from '../flags.ts';
import { readPcfCron, type Sunday } from './pcf-cron.ts';
import type { PcfJob, PcfSchedule, PcfSpace } from './pcf-file.ts';
import type { JobBody, Planned } from './planned.ts';

/** Options of an import. */
export type ImportOptions = {
  readonly sunday: Sunday | undefined;
  readonly timeZone: string;
  /** Names of apps by their GUIDs; these override those of the file. */
  readonly apps: ReadonlyMap<string, string>;
};

/** Maximum length of a job's name. */
const MAX_NAME_LENGTH = 63;

/** Plans a job for each job and schedule, and a problem for each call, as calls are not supported. */
export function planImport(space: PcfSpace, options: ImportOptions): readonly Planned[] {
  const taken = new Set<string>();
  const jobs = space.jobs.flatMap((job) => {
    const schedules = job.schedules.length === 0 ? [undefined] : job.schedules;
    return schedules.map((schedule, at) => {
      const name = nameFor(job, at === 0 ? undefined : schedule?.guid, taken);
      taken.add(name);
      const planned = { job: job.name, expression: schedule?.expression.trim(), name };
      return { ...planned, ...bodyOf(job, schedule, space, options) };
    });
  });
  const calls = space.calls.map((call) => ({
    job: call,
    expression: undefined,
    name: '',
    problem: 'calls (HTTP requests) are not supported: create a job that runs curl',
  }));
  return [...jobs, ...calls];
}

/**
 * Name of a planned job. The oldest schedule gets the job's own name, later ones a suffix of the schedule's GUID, so that
 * adding a schedule changes no name. A name that is taken gets a suffix of the job's GUID.
 */
function nameFor(job: PcfJob, scheduleGuid: string | undefined, taken: ReadonlySet<string>): string {
  const base = labelOf(job.name);
  const name = scheduleGuid === undefined ? base.slice(0, MAX_NAME_LENGTH) : withSuffix(base, scheduleGuid);
  return taken.has(name) ? withSuffix(name, job.guid) : name;
}

const withSuffix = (base: string, guid: string): string => {
  const end = labelOf(guid).slice(0, 8);
  return `${base.slice(0, MAX_NAME_LENGTH - end.length - 1)}-${end}`;
};

const labelOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME_LENGTH)
    .replace(/^-+|(?<!-)-+$/g, '') || 'job';

function bodyOf(
  job: PcfJob,
  schedule: PcfSchedule | undefined,
  space: PcfSpace,
  { sunday, timeZone, apps }: ImportOptions,
): { readonly body: JobBody } | { readonly problem: string } {
  const app = apps.get(job.app_guid) ?? space.apps.get(job.app_guid);
  if (app === undefined) {
    return { problem: `the file has no app with GUID ${job.app_guid}: use --app ${job.app_guid}=NAME` };
  }
  const body = { app, ...present({ command: job.command, resources: resourcesOf(job) }) };
  if (schedule === undefined) return { body };
  if (schedule.expression_type !== 'cron_expression') {
    return {
      problem: `unsupported expression type ${schedule.expression_type}: only cron_expression is supported`,
    };
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
