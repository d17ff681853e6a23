import * as v from 'valibot';
import { hashOf } from '../platform/names.ts';
import { fields, show } from '../platform/schema.ts';
import type { BusName } from '../schedules/rule-names.ts';
import { MAX_PATTERN_LENGTH, patternLength } from './pattern.ts';

type Pattern = { readonly [field: string]: unknown };

/**
 * An event pattern as an object. Its sources are checked where the stage's configuration is known
 * ({@link file://./trigger-rules.ts}), its language by EventBridge.
 */
const Pattern = v.pipe(
  v.custom<Pattern>(
    (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
    (issue) => `${show(issue.input)} is not an object: an event pattern, such as {"source":["aws.s3"]}.`,
  ),
  v.check(
    (pattern) => patternLength(pattern) <= MAX_PATTERN_LENGTH,
    `More than ${MAX_PATTERN_LENGTH} characters as JSON, which is all that EventBridge takes.`,
  ),
  v.metadata({
    type: 'object',
    description:
      'An event pattern of EventBridge, which names the sources that the stage allows for the space.',
  }),
);

const Bus = v.picklist(
  ['default', 'service'],
  (issue) =>
    `${show(issue.input)} is not allowed: default (the account's default bus) or service (Taskbridge's own).`,
);

/** Events of which each becomes a task of the job, as a user gives them and as `spec.trigger` of the Job. */
export const Trigger = fields({ bus: v.optional(Bus, 'default'), pattern: Pattern });
export type Trigger = v.InferOutput<typeof Trigger>;

/** The trigger that was last brought to the bus. */
export type SyncedTrigger = {
  readonly bus: BusName;
  /** By {@link triggerHash}; where it differs from the one that the spec has now, that one is not in force yet. */
  readonly hash: string;
  /** Whether its rule was made. Where not, the condition `Triggered` says why. */
  readonly active: boolean;
};

/** Tells whether a trigger, with the sources that the stage allows, is still the one that was judged. */
export const triggerHash = ({ bus, pattern }: Trigger, sources: readonly string[]): string =>
  hashOf([bus, JSON.stringify(pattern), ...sources], 16);

/**
 * Whether the pattern of a rule, as the bus gives it, is this one. AWS need not give the very text that it was given, and
 * a cluster orders the fields of an object anew.
 */
export const isSamePattern = (found: string | undefined, wanted: string): boolean =>
  found !== undefined && (found === wanted || canonical(JSON.parse(found)) === canonical(JSON.parse(wanted)));

const canonical = (value: unknown): string => JSON.stringify(ordered(value));

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([field, inner]): [string, unknown] => [field, ordered(inner)]);
  return Object.fromEntries(fields.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
