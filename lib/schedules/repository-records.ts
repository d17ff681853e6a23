import { isDeepStrictEqual } from 'node:util';
import type { Tag, Target } from '@aws-sdk/client-eventbridge';
import { MANAGED_BY } from '../platform/labels.ts';
import { busOfRule, type Stage } from './rule-names.ts';
import type { JobRule } from './rules.ts';

/** Stage, the functions that its rules invoke, and its own bus. */
export type RulesOptions = Stage & {
  readonly functionArn: string;
  /** Function for triggers. Absent: the stage has none. */
  readonly eventFunctionArn?: string | undefined;
  /** Name of the service's own bus. Absent: it has none. */
  readonly busName?: string | undefined;
  /** ARN of the dead-letter queue for events that were not delivered. Absent: they are lost. */
  readonly deadLettersArn?: string | undefined;
};

/** Bus parameter of all calls about a rule. */
export const busOf = ({ busName }: RulesOptions, rule: string) =>
  busOfRule(rule) === 'service' && busName !== undefined ? { EventBusName: busName } : {};

/** Id of a rule's target, always the same, so that PutTargets replaces it. */
const TARGET_ID = 'fire';

/**
 * Maximum age of an event that EventBridge delivers, in seconds. Tasks are kept longer than that, so that a task's name is
 * still its lock at the last attempt (lib/tasks/retention.ts).
 */
const EVENT_AGE_SECONDS = 600;

/** Largest number that EventBridge accepts; the age ends the retries. */
const MAX_RETRIES = 185;

/**
 * Target of a job's rule. The input of a schedule is its minute in place of the event, so two rules of one job that fire
 * together send the same. The input of a trigger has the whole event.
 */
export function targetOf({ functionArn, eventFunctionArn, deadLettersArn }: RulesOptions, rule: JobRule) {
  const of = `"space":${JSON.stringify(rule.space)},"job":${JSON.stringify(rule.job)}`;
  if ('expression' in rule) {
    return {
      Id: TARGET_ID,
      Arn: functionArn,
      InputTransformer: { InputPathsMap: { time: '$.time' }, InputTemplate: `{${of},"time":<time>}` },
    };
  }
  if (eventFunctionArn === undefined) throw new Error('The stage has no function for events.');
  return {
    Id: TARGET_ID,
    Arn: eventFunctionArn,
    InputTransformer: { InputTemplate: `{${of},"event":<aws.events.event.json>}` },
    RetryPolicy: { MaximumEventAgeInSeconds: EVENT_AGE_SECONDS, MaximumRetryAttempts: MAX_RETRIES },
    ...(deadLettersArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLettersArn } }),
  };
}

/** True when a rule has the target that {@link targetOf} makes. Other targets are ignored. */
export function hasTarget(options: RulesOptions, rule: JobRule, targets: readonly Target[]): boolean {
  const wanted: Target = targetOf(options, rule);
  const found = targets.find(({ Id }) => Id === TARGET_ID);
  if (found === undefined) return false;
  return PARTS.every(
    (part) => wanted[part] === undefined || isDeepStrictEqual(plain(found[part]), plain(wanted[part])),
  );
}

/** Fields of a target that are compared; AWS may return others that were never written. */
const PARTS = ['Arn', 'InputTransformer', 'RetryPolicy', 'DeadLetterConfig'] as const;

/** Value as it is sent: without prototypes, and without fields that are `undefined`. */
const plain = (part: unknown): unknown => JSON.parse(JSON.stringify(part ?? null));

/** Tags of every rule of the stage. */
const stageTags = ({ service, stage }: Stage): readonly Required<Tag>[] => [
  { Key: 'managed-by', Value: MANAGED_BY },
  { Key: 'stack', Value: `${service}-${stage}` },
];

/** Tags of a job's rules. They identify the owner of a rule. */
export const tagsOf = (stage: Stage, { space, job }: Pick<JobRule, 'space' | 'job'>) => [
  ...stageTags(stage),
  { Key: 'space', Value: space },
  { Key: 'job', Value: job },
];

/** True when the tags are those of the stage's rules and, with `job`, of that job's. */
export function areOurs(stage: Stage, tags: readonly Tag[], job?: JobRule): boolean {
  const wanted = job === undefined ? stageTags(stage) : tagsOf(stage, job);
  return wanted.every(({ Key, Value }) => tags.some((tag) => tag.Key === Key && tag.Value === Value));
}
