import { isDeepStrictEqual } from 'node:util';
import type { Tag, Target } from '@aws-sdk/client-eventbridge';
import { MANAGED_BY } from '../../domain/labels.ts';
import type { Stage } from '../../domain/rule-names.ts';
import type { JobRule } from '../../ports.ts';

/** A stage, and its function that a fire wakes. */
export type RulesOptions = Stage & { readonly functionArn: string };

/** One target a rule, always of this id, so that putting it again replaces it. */
const TARGET_ID = 'fire';

/**
 * The target of a job's rule. The fire brings the minute that it is for in place of the event: two rules of one job
 * that fire together bring the same.
 */
export const targetOf = ({ functionArn }: RulesOptions, { space, job }: JobRule) => ({
  Id: TARGET_ID,
  Arn: functionArn,
  InputTransformer: {
    InputPathsMap: { time: '$.time' },
    InputTemplate: `{"space":${JSON.stringify(space)},"job":${JSON.stringify(job)},"time":<time>}`,
  },
});

/** Whether a rule has our target as it should be. Targets that others added are theirs. */
export function hasTarget(options: RulesOptions, rule: JobRule, targets: readonly Target[]): boolean {
  const wanted = targetOf(options, rule);
  const found = targets.find(({ Id }) => Id === TARGET_ID);
  return (
    found?.Arn === wanted.Arn && isDeepStrictEqual({ ...found.InputTransformer }, wanted.InputTransformer)
  );
}

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
