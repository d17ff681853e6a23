import { isDeepStrictEqual } from 'node:util';
import type { Tag, Target } from '@aws-sdk/client-eventbridge';
import { MANAGED_BY } from '../platform/labels.ts';
import { busOfRule, type Stage } from './rule-names.ts';
import type { JobRule } from './rules.ts';

/** A stage, its functions that rules wake, and its own bus. */
export type RulesOptions = Stage & {
  readonly functionArn: string;
  /** Absent: the stage has no triggers. */
  readonly eventFunctionArn?: string | undefined;
  /** Name of the service's own bus; absent: it has none. */
  readonly busName?: string | undefined;
  /** ARN of the queue for events that could not be handed to the function; absent: they are lost. */
  readonly deadLettersArn?: string | undefined;
};

/** Where a rule is, as all calls that name one say it. */
export const busOf = ({ busName }: RulesOptions, rule: string) =>
  busOfRule(rule) === 'service' && busName !== undefined ? { EventBusName: busName } : {};

/** One target a rule, always of this id, so that putting it again replaces it. */
const TARGET_ID = 'fire';

/**
 * EventBridge tries so long to hand an event to the function, in seconds. A task is kept longer than all tries can last,
 * so that its name is still its lock when the last one comes (lib/tasks/retention.ts).
 */
const EVENT_AGE_SECONDS = 600;

/** As many as there are; its age ends them. */
const MAX_RETRIES = 185;

/**
 * The target of a job's rule. The fire of a schedule brings the minute that it is for in place of the event: two rules
 * of one job that fire together bring the same. A trigger's brings the whole event.
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

/** Whether a rule has our target as it should be. Targets that others added are theirs. */
export function hasTarget(options: RulesOptions, rule: JobRule, targets: readonly Target[]): boolean {
  const wanted: Target = targetOf(options, rule);
  const found = targets.find(({ Id }) => Id === TARGET_ID);
  if (found === undefined) return false;
  return PARTS.every(
    (part) => wanted[part] === undefined || isDeepStrictEqual(plain(found[part]), plain(wanted[part])),
  );
}

/** The parts of a target that we write; AWS may show others that nobody wrote. */
const PARTS = ['Arn', 'InputTransformer', 'RetryPolicy', 'DeadLetterConfig'] as const;

/** Without prototypes and without what is `undefined`: as it goes over the wire. */
const plain = (part: unknown): unknown => JSON.parse(JSON.stringify(part ?? null));

/** The tags that say whose a rule is: of any job of the stage, or of one. */
const stageTags = ({ service, stage }: Stage): readonly Required<Tag>[] => [
  { Key: 'managed-by', Value: MANAGED_BY },
  { Key: 'stack', Value: `${service}-${stage}` },
];

export const tagsOf = (stage: Stage, { space, job }: Pick<JobRule, 'space' | 'job'>) => [
  ...stageTags(stage),
  { Key: 'space', Value: space },
  { Key: 'job', Value: job },
];

/** Whether tags hold those of a stage and, where a job is given, of that job. */
export function areOurs(stage: Stage, tags: readonly Tag[], job?: JobRule): boolean {
  const wanted = job === undefined ? stageTags(stage) : tagsOf(stage, job);
  return wanted.every(({ Key, Value }) => tags.some((tag) => tag.Key === Key && tag.Value === Value));
}
