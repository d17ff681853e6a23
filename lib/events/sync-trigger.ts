import { notTriggered, triggered } from '../jobs/conditions.ts';
import { type InvalidJob, type Job, type JobCondition, wantedTrigger } from '../jobs/job.ts';
import { type ConditionUpdate, withCondition } from '../jobs/with-condition.ts';
import { AwsRefusal } from '../platform/errors.ts';
import { isOfPattern, wordsOf } from '../schedules/call-rules.ts';
import { triggerRuleOf } from '../schedules/rule-names.ts';
import { makeTriggerRule, type RulePorts, removeTriggerRules } from '../schedules/rules.ts';
import { type SyncedTrigger, type Trigger, triggerHash } from './trigger.ts';
import { allowedSources, problemOfTrigger } from './trigger-rules.ts';

/** Ports of writing the rule of a trigger. */
export type TriggerPorts = RulePorts & { readonly now: () => Date };

/** Changes to a job's status after its trigger was synced. */
type TriggerStatus = {
  readonly trigger: SyncedTrigger | null;
  readonly conditions: readonly JobCondition[];
};

/** A hash that no trigger has, so that the next reconcile syncs again. */
const RETRY_HASH = '';

/**
 * Creates, updates or removes the rule of a job's trigger to match the spec. A trigger that the stage does not allow (set by
 * kubectl, or from an earlier configuration) or that EventBridge refuses gets no rule; the condition `Triggered` has the
 * reason, and nothing else of the job waits for it. After a crash the status still differs from the spec, and the next sync
 * repeats all of it.
 */
export async function ensureTrigger(
  ports: TriggerPorts,
  job: Job | InvalidJob,
  ruleNames?: readonly string[],
): Promise<TriggerStatus> {
  const { conditions } = job.status;
  const wanted = wantedTrigger(job);
  if (wanted === undefined) {
    if (job.status.trigger !== undefined) await removeTriggerRules(ports, job);
    return { trigger: null, conditions };
  }
  const { update, again = false } = await ensureRule(ports, job, wanted, ruleNames);
  const hash = triggerHash(wanted, allowedSources(ports.stage, job.space, wanted.bus));
  return {
    trigger: { bus: wanted.bus, hash: again ? RETRY_HASH : hash, active: update.status === 'True' },
    conditions: withCondition(conditions, update, { generation: job.generation, now: ports.now() }),
  };
}

async function ensureRule(
  ports: TriggerPorts,
  job: Job | InvalidJob,
  trigger: Trigger,
  ruleNames?: readonly string[],
): Promise<{ readonly update: ConditionUpdate; readonly again?: true }> {
  const problem = problemOfTrigger(ports.stage, job.space, trigger);
  if (problem !== undefined) {
    await removeTriggerRules(ports, job);
    return { update: notTriggered('NotAllowed', `${problem.field}: ${problem.message}`) };
  }
  const rule = { bus: trigger.bus, pattern: JSON.stringify(trigger.pattern) };
  const name = triggerRuleOf(ports.stage, job, trigger.bus);
  const made = await makeTriggerRule(ports, job, rule, ruleNames);
  if (made instanceof AwsRefusal) return { update: refused(made) };
  switch (made) {
    case 'active':
      return { update: triggered(name) };
    case 'noRoom':
      return { update: notTriggered('NoRoom', NO_ROOM) };
    case 'notOurs':
      return { update: notTriggered('NotOurs', `A rule that is not Taskbridge's has the name ${name}.`) };
    case 'outOfReach':
      return { update: notTriggered('OutOfReach', OUT_OF_REACH), again: true };
  }
}

const refused = (refusal: AwsRefusal): ConditionUpdate =>
  isOfPattern(refusal)
    ? notTriggered('NotAllowed', `pattern: ${wordsOf(refusal)}`)
    : notTriggered('Refused', `EventBridge refuses its rule (${wordsOf(refusal)}); retried every hour.`);

const NO_ROOM =
  'Its bus has no room for another rule; retried every hour. Raise maxRules of the stage, or use the bus "service".';
const OUT_OF_REACH = 'EventBridge is out of reach; retried every minute.';
