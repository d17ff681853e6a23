import * as v from 'valibot';
import { Name } from '../domain/names.ts';
import { argument, fields } from '../domain/schema.ts';
import type { EventFacts } from '../domain/task-event.ts';

/** What of an event becomes variables of the task: bytes of each. EventBridge's own limits are lower. */
const LONGEST_TEXT = 1_024;

const text = argument(LONGEST_TEXT);
const Facts = v.object({ id: text, source: text, 'detail-type': text, time: text, detail: v.unknown() });

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
