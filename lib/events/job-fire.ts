import * as v from 'valibot';
import { Name } from '../domain/names.ts';
import { fields, textThat } from '../domain/schema.ts';

const RuleTime = v.pipe(
  textThat(
    (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
    "the time of a rule's event, such as 2026-11-24T21:00:00Z.",
  ),
  v.transform((text) => new Date(text)),
);

/** What the input transformer of a job's rule makes of its event. */
export const JobFire = fields({ space: Name, job: Name, time: RuleTime });
