import * as v from 'valibot';
import { UsageError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { readText } from '../text-file.ts';
import type { Planned } from './planned.ts';

/** Schedule that Kf gives a job without one: the 30th of February. */
const NEVER = '0 0 30 2 *';

/** Schedule of Kf's API for a job that names none. */
const EVERY_MINUTE = '* * * * *';

const Text = v.optional(v.string(), '');

/** Job of Kf: a TaskSchedule of kf.dev, by the fields that count here. */
const TaskSchedule = v.object({
  kind: v.literal('TaskSchedule'),
  metadata: v.object({ name: v.string() }),
  spec: v.object({
    schedule: Text,
    suspend: v.optional(v.boolean(), false),
    concurrencyPolicy: Text,
    taskTemplate: v.object({
      appRef: v.object({ name: v.string() }),
      command: Text,
      cpu: Text,
      memory: Text,
      disk: Text,
    }),
  }),
});
type TaskSchedule = v.InferOutput<typeof TaskSchedule>;

const List = v.object({ items: v.array(v.unknown()) });

/**
 * Plans a job for each TaskSchedule of a file: the output of `kubectl get taskschedules.kf.dev -o json`, of one or of all. Throws
 * a usage error that names the field where it is something else.
 */
export async function planKf(path: string, timeZone: string): Promise<readonly Planned[]> {
  const value = parseJson(await readText(path), path);
  const items = v.is(List, value) ? value.items : [value];
  return items.map((item, at) => {
    const found = v.safeParse(TaskSchedule, item);
    if (found.success) return plannedOf(found.output, timeZone);
    const [issue] = found.issues;
    const field = v.getDotPath(issue) ?? 'type';
    throw new UsageError(
      `${path}: items[${at}] is no TaskSchedule of Kf, by its ${field}: write the file with "kubectl get taskschedules.kf.dev -o json".`,
    );
  });
}

function plannedOf({ metadata: { name }, spec }: TaskSchedule, timeZone: string): Planned {
  const { appRef, command, ...resources } = spec.taskTemplate;
  const cron = spec.schedule.trim() || EVERY_MINUTE;
  // Kf suspends a job without a schedule; here it just has none.
  const schedule = cron === NEVER ? undefined : { cron, timeZone };
  return {
    ...{ job: name, expression: schedule?.cron, name },
    body: {
      app: appRef.name,
      ...given({ command, concurrencyPolicy: spec.concurrencyPolicy }),
      ...(Object.keys(given(resources)).length === 0 ? {} : { resources: given(resources) }),
      ...(schedule === undefined ? {} : { schedule }),
      ...(schedule !== undefined && spec.suspend ? { suspend: true } : {}),
    },
  };
}

/** Fields without the empty ones. */
const given = (fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
