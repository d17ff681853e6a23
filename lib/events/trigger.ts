import * as v from 'valibot';
import { canonical, isTooDeep, MAX_DEPTH, show } from '../platform/json.ts';
import { hashOf } from '../platform/names.ts';
import { fields } from '../platform/schema.ts';
import type { BusName } from '../schedules/rule-names.ts';
import { MAX_PATTERN_LENGTH } from './pattern.ts';

type Pattern = { readonly [field: string]: unknown };

/** True for a value with a number that may have been another one before it was read, as the cluster keeps some. */
const hasUnsafeNumber = (value: unknown): boolean =>
  typeof value === 'number'
    ? Math.abs(value) > Number.MAX_SAFE_INTEGER
    : typeof value === 'object' && value !== null && Object.values(value).some(hasUnsafeNumber);

/**
 * An event pattern. Its sources are checked against the stage's configuration ({@link file://./trigger-rules.ts}), its
 * operators by EventBridge.
 */
export const Pattern = v.pipe(
  v.custom<Pattern>(
    (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
    (issue) => `${show(issue.input)} is not an object: an event pattern, such as {"source":["aws.s3"]}.`,
  ),
  v.check(
    (pattern) => !isTooDeep(pattern),
    `It is nested too deep: its lists and objects may have ${MAX_DEPTH} levels.`,
  ),
  v.check(
    (pattern) => isTooDeep(pattern) || !hasUnsafeNumber(pattern),
    'It has a number beyond 9007199254740991, which is not kept exactly: use a text.',
  ),
  v.check(
    (pattern) => isTooDeep(pattern) || JSON.stringify(pattern).length <= MAX_PATTERN_LENGTH,
    `More than ${MAX_PATTERN_LENGTH} characters as JSON, which is all that EventBridge takes.`,
  ),
);

const Bus = v.picklist(
  ['default', 'service'],
  (issue) =>
    `${show(issue.input)} is not allowed: default (the account's default bus) or service (Taskbridge's own).`,
);

/** Trigger of a job, in requests and as `spec.trigger` of the Job: each matching event starts a task. */
export const Trigger = fields({ bus: v.optional(Bus, 'default'), pattern: Pattern });
export type Trigger = v.InferOutput<typeof Trigger>;

/** Trigger of an invalid spec. A pattern that is no valid one, of any size and depth, is left out. */
export const WrittenTrigger = v.object({
  bus: v.fallback(Bus, 'default'),
  pattern: v.fallback(v.optional(Pattern), undefined),
});

/** The trigger that was last synced to the bus. */
export type SyncedTrigger = {
  readonly bus: BusName;
  /** Its {@link triggerHash}. The spec is synced when its trigger has the same hash. */
  readonly hash: string;
  /** True if its rule exists. Otherwise the condition `Triggered` has the reason. */
  readonly active: boolean;
};

/** Hash of a trigger and of the sources that the stage allows. */
export const triggerHash = ({ bus, pattern }: Trigger, sources: readonly string[]): string =>
  hashOf([bus, JSON.stringify(pattern), ...sources], 16);

/**
 * True if both patterns are equal as JSON. AWS may return other text than it was given, and Kubernetes may reorder the
 * fields of an object.
 */
export const isSamePattern = (found: string | undefined, wanted: string): boolean =>
  found !== undefined && (found === wanted || canonical(JSON.parse(found)) === canonical(JSON.parse(wanted)));
