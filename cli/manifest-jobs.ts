import { type AppliedJob, AppliedJobs } from '../lib/jobs/applied-job.ts';
import { parse } from '../lib/platform/schema.ts';
import { UsageError } from './errors.ts';
import { present, sizeOf } from './flags.ts';
import { envIn, jsonOf } from './manifest-values.ts';
import { countOf, unlessEmpty } from './placement-flags.ts';
import { fieldsOf, isUnset, itemsOf, textOf, type YamlValue } from './yaml.ts';

/** Job of a manifest. */
export type ManifestJob = {
  /** In the form of a request. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly job: AppliedJob;
};

/** Fields of a job by the field of a request that they become. */
const FIELDS: Readonly<Record<string, string>> = {
  name: 'name',
  command: 'command',
  'schedule.cron': 'schedule',
  'schedule.at': 'at',
  'schedule.timeZone': 'time-zone',
  env: 'env',
  'resources.memory': 'memory',
  'resources.disk': 'disk-quota',
  'resources.cpu': 'cpu',
  timeout: 'timeout',
  expectWithin: 'expect-within',
  concurrencyPolicy: 'concurrency-policy',
  startingDeadlineSeconds: 'starting-deadline',
  suspend: 'suspend',
  trigger: 'trigger',
};

/** Attributes of a job in a manifest, and the fields of a request that they become. */
export const JOB_ATTRIBUTES = Object.values(FIELDS);
export const JOB_FIELD_NAMES = Object.keys(FIELDS);

const dashed = (key: string): string => key.replaceAll('_', '-');

/**
 * Jobs of an app in a manifest; `undefined` where it says nothing of them. Throws a usage error that names line and field where
 * one is invalid; an unknown field is.
 */
export function jobsIn(value: YamlValue | undefined): readonly ManifestJob[] | undefined {
  if (value === undefined || isUnset(value)) return undefined;
  const items = itemsOf(value);
  const bodies = items.map(bodyOf);
  const parsed = parse(AppliedJobs, bodies, 'jobs');
  if (parsed.ok) return parsed.value.map((job, at) => ({ job, body: bodies[at] ?? {} }));
  const problems = parsed.errors.map(({ field, message }) => {
    const [, at, path = ''] = /^\[(\d+)\]\.?(.*)$/.exec(field) ?? [];
    const item = items[Number(at)] ?? value;
    const name = Object.entries(FIELDS).find(([key]) => path === key)?.[1] ?? path;
    return `${item.place}: ${[item.field, name].filter((part) => part !== '').join('.')}: ${message}`;
  });
  throw new UsageError(problems.join(' '));
}

function bodyOf(item: YamlValue): Readonly<Record<string, unknown>> {
  const fields = fieldsOf(item, dashed);
  for (const [key, { place, field }] of fields)
    if (!JOB_ATTRIBUTES.includes(key))
      throw new UsageError(`${place}: ${field} is unknown; allowed: ${JOB_ATTRIBUTES.join(', ')}.`);
  const text = (key: string): string | undefined => {
    const value = fields.get(key);
    return value && textOf(value);
  };
  const trigger = fields.get('trigger');
  return present({
    name: text('name'),
    command: text('command'),
    schedule: unlessEmpty(present({ cron: text('schedule'), at: text('at'), timeZone: text('time-zone') })),
    env: envIn(fields.get('env')),
    resources: unlessEmpty(
      present({ memory: sizeOf(text('memory')), disk: sizeOf(text('disk-quota')), cpu: text('cpu') }),
    ),
    timeout: text('timeout'),
    expectWithin: text('expect-within'),
    concurrencyPolicy: text('concurrency-policy'),
    startingDeadlineSeconds: countOf(text('starting-deadline')),
    suspend: flagOf(text('suspend')),
    trigger: trigger === undefined || isUnset(trigger) ? undefined : jsonOf(trigger),
  });
}

/** A flag of a file, where all is text; any other text is refused with the job. */
const flagOf = (text: string | undefined): boolean | string | undefined =>
  text === 'true' || text === 'false' ? text === 'true' : text;
