import * as v from 'valibot';
import { UsageError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { readText } from '../text-file.ts';

const OptionalText = v.optional(v.string(), '');

const PcfApp = v.object({ guid: v.string(), name: v.string() });
const PcfSchedule = v.object({
  guid: v.string(),
  job_guid: v.optional(v.string()),
  enabled: v.optional(v.boolean(), true),
  expression: v.string(),
  expression_type: v.optional(v.string(), 'cron_expression'),
  created_at: OptionalText,
});
const PcfJob = v.object({
  guid: v.string(),
  name: v.string(),
  command: v.optional(v.string()),
  app_guid: v.string(),
  created_at: OptionalText,
  /** Set by OCF Scheduler only. */
  memory_in_mb: v.optional(v.number()),
  disk_in_mb: v.optional(v.number()),
  /** Present with `detailed=true`. */
  schedules: v.optional(v.unknown(), []),
});
const PcfCall = v.object({ guid: v.string(), name: v.string() });

export type PcfSchedule = v.InferOutput<typeof PcfSchedule>;
export type PcfJob = Omit<v.InferOutput<typeof PcfJob>, 'schedules'> & {
  readonly schedules: readonly PcfSchedule[];
};

/** Jobs, apps and calls of a space in PCF Scheduler, oldest first: names are assigned in this order. */
export type PcfSpace = {
  readonly jobs: readonly PcfJob[];
  /** Names of apps by their GUIDs. */
  readonly apps: ReadonlyMap<string, string>;
  /** Names of its calls, which are HTTP requests rather than tasks. */
  readonly calls: readonly string[];
};

const File = v.looseObject({
  jobs: v.unknown(),
  schedules: v.optional(v.unknown(), []),
  apps: v.optional(v.unknown(), []),
  calls: v.optional(v.unknown(), []),
});

/**
 * Reads a file of jobs, schedules, apps and calls. Each is a response of the API (`resources`), a list of responses (its
 * pages), or a plain list. Throws a usage error that names the field for anything else.
 */
export async function readPcfSpace(path: string): Promise<PcfSpace> {
  const file = parsed(File, await jsonOf(path), path, 'top level');
  const all = <const S extends v.GenericSchema>(item: S, name: string, value: unknown) =>
    parsed(v.array(item), listOf(value), path, name);
  const schedules = byJob(all(PcfSchedule, 'schedules', file.schedules));
  const jobs = all(PcfJob, 'jobs', file.jobs).map((job) => {
    const own = all(PcfSchedule, `jobs (${job.name}) schedules`, job.schedules);
    const separate = schedules.get(job.guid) ?? [];
    return { ...job, schedules: uniqueByGuid([...own, ...separate]).toSorted(oldestFirst) };
  });
  const apps = all(PcfApp, 'apps', file.apps);
  return {
    jobs: uniqueByGuid(jobs).toSorted(oldestFirst),
    apps: new Map(apps.map(({ guid, name }) => [guid, name])),
    calls: all(PcfCall, 'calls', file.calls).map(({ name }) => name),
  };
}

/** Groups schedules by the GUIDs of their jobs. */
function byJob(schedules: readonly PcfSchedule[]): ReadonlyMap<string | undefined, readonly PcfSchedule[]> {
  const groups = new Map<string | undefined, PcfSchedule[]>();
  for (const schedule of schedules) {
    const group = groups.get(schedule.job_guid);
    if (group === undefined) groups.set(schedule.job_guid, [schedule]);
    else group.push(schedule);
  }
  return groups;
}

async function jsonOf(path: string): Promise<unknown> {
  return parseJson(await readText(path), path);
}

function parsed<const S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  path: string,
  where: string,
): v.InferOutput<S> {
  const found = v.safeParse(schema, value);
  if (found.success) return found.output;
  const [issue] = found.issues;
  const field = [where, v.getDotPath(issue)].filter(Boolean).join(' ');
  throw new UsageError(`${path} is not valid: ${field}: ${issue.message}.`);
}

const ListResponse = v.looseObject({ resources: v.array(v.unknown()) });

/** Flattens a list, a response with one, or a list of responses into its items. */
function listOf(value: unknown): unknown {
  if (v.is(ListResponse, value)) return v.parse(ListResponse, value).resources;
  if (!Array.isArray(value)) return value;
  return value.flatMap((item: unknown) =>
    v.is(ListResponse, item) || Array.isArray(item) ? listOf(item) : [item],
  );
}

type Dated = { readonly guid: string; readonly created_at: string };

const uniqueByGuid = <T extends Dated>(items: readonly T[]): T[] => [
  ...new Map(items.map((item) => [item.guid, item])).values(),
];

const keyOf = ({ created_at, guid }: Dated): string => `${created_at} ${guid}`;
const oldestFirst = (a: Dated, b: Dated): number => (keyOf(a) < keyOf(b) ? -1 : 1);
