import * as v from 'valibot';
import { Name } from '../platform/names.ts';
import { argument, fields, textThat } from '../platform/schema.ts';
import type { EventFacts } from '../tasks/event.ts';
import { IdempotencyKey, RUN_FIELDS } from '../tasks/run-request.ts';

const RuleTime = v.pipe(
  textThat(
    (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
    "the time of a rule's event, such as 2026-11-24T21:00:00Z.",
  ),
  v.transform((text) => new Date(text)),
);

/** What the input transformer of a job's rule makes of its event. */
export const JobFire = fields({ space: Name, job: Name, time: RuleTime });

/** What of an event becomes variables of the task: bytes of each. EventBridge's own limits are lower. */
const MAX_TEXT_LENGTH = 1_024;

const eventText = argument(MAX_TEXT_LENGTH);
const Facts = v.object({
  id: eventText,
  source: eventText,
  'detail-type': eventText,
  time: eventText,
  detail: v.unknown(),
});

/** The whole event as JSON, and what of it we look at. Fields that we do not know stay in it. */
const Event = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, { readonly facts: EventFacts; readonly json: string }>(
    ({ dataset, addIssue, NEVER }) => {
      const parsed = v.safeParse(Facts, dataset.value);
      if (!parsed.success) {
        for (const issue of parsed.issues)
          addIssue({ message: `${v.getDotPath(issue) ?? 'It'}: ${issue.message}` });
        return NEVER;
      }
      const { 'detail-type': detailType, ...facts } = parsed.output;
      return { facts: { ...facts, detailType }, json: JSON.stringify(dataset.value) };
    },
  ),
);

/** What the input transformer of a trigger's rule makes of an event. */
export const EventFire = fields({ space: Name, job: Name, event: Event });

const text = argument(1_024);

/** Detail of an event that asks for a task: as the body of the request, with what its path and headers say. */
export const RunTaskDetail = fields({
  space: Name,
  app: Name,
  ...RUN_FIELDS,
  idempotencyKey: IdempotencyKey,
});

/** An event `Run Task` as EventBridge delivers it; of its other fields nothing is looked at. */
export const RunTaskEvent = v.object({
  id: text,
  source: text,
  'detail-type': v.literal('Run Task'),
  detail: RunTaskDetail,
});

/** An event of a schedule: nothing in it says what is to be done. */
export const UnusedPayload = v.pipe(
  v.unknown(),
  v.transform(() => ({})),
);
