import * as v from 'valibot';
import { Name } from '../platform/names.ts';
import { argument, fields, textThat } from '../platform/schema.ts';
import type { EventFields } from '../tasks/event.ts';
import { IdempotencyKey, RUN_FIELDS } from '../tasks/run.ts';

const RuleTime = v.pipe(
  textThat(
    (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
    'a time in UTC, such as 2026-11-24T21:00:00Z.',
  ),
  v.transform((text) => new Date(text)),
);

/** Payload of fire-job, as the input transformer of a schedule's rule makes it. */
export const JobFire = fields({ space: Name, job: Name, time: RuleTime });

/** Maximum length of each field that becomes a variable of the task, in bytes. EventBridge's own limits are lower. */
const MAX_TEXT_BYTES = 1_024;

const eventText = argument(MAX_TEXT_BYTES);
const Facts = v.object({
  id: eventText,
  source: eventText,
  'detail-type': eventText,
  time: eventText,
  detail: v.unknown(),
});

/** An event: the fields that Taskbridge reads, and the whole of it as JSON. */
const Event = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, { readonly facts: EventFields; readonly json: string }>(
    ({ dataset, addIssue, NEVER }) => {
      const parsed = v.safeParse(Facts, dataset.value);
      if (!parsed.success) {
        for (const issue of parsed.issues)
          addIssue({ message: `${v.getDotPath(issue) ?? 'event'}: ${issue.message}` });
        return NEVER;
      }
      const { 'detail-type': detailType, ...facts } = parsed.output;
      return { facts: { ...facts, detailType }, json: JSON.stringify(dataset.value) };
    },
  ),
);

/** Payload of fire-event, as the input transformer of a trigger's rule makes it. */
export const EventFire = fields({ space: Name, job: Name, event: Event });

/** Detail of a `Run Task` event: the body of run-task, with space, app and idempotency key. */
export const RunTaskDetail = fields({
  space: Name,
  app: Name,
  ...RUN_FIELDS,
  idempotencyKey: IdempotencyKey,
});

/** A `Run Task` event as EventBridge delivers it; other fields are ignored. */
export const RunTaskEvent = v.object({
  id: eventText,
  source: eventText,
  'detail-type': v.literal('Run Task'),
  detail: RunTaskDetail,
});

/** Payload of reconcile and prune, which is ignored. */
export const UnusedPayload = v.pipe(
  v.unknown(),
  v.transform(() => ({})),
);
