import {
  type ConditionUpdate,
  notTriggered,
  triggered,
  withCondition,
  withoutCondition,
} from '../jobs/conditions.ts';
import { type InvalidJob, type Job, type JobCondition, wantedTrigger } from '../jobs/job.ts';
import { triggerRuleOf } from '../schedules/rule-names.ts';
import { makeTriggerRule, patternRefusal, type RulePorts, removeTriggerRules } from '../schedules/rules.ts';
import { type SyncedTrigger, type Trigger, triggerHash } from './trigger.ts';
import { allowedSources, problemOfTrigger } from './trigger-rules.ts';

/** Ports of writing the rule of a trigger. */
export type TriggerPorts = RulePorts & { readonly now: () => Date };

type Conditions = readonly JobCondition[];

/** What of the status a trigger comes to. */
type Brought = {
  readonly trigger: SyncedTrigger | null;
  readonly update: (conditions: Conditions) => Conditions;
};

/** A hash that no trigger has: the reconcile of the next minute finds that it differs. */
const AGAIN = '';

/**
 * Brings the rule of a job's trigger to what the spec says. One that the stage does not allow, as it may come by kubectl
 * or stay from an earlier configuration, has no rule, and the condition `Triggered` says why. Cut off anywhere, the
 * status still differs, and the next sync does all of it again.
 */
export async function ensureTrigger(
  ports: TriggerPorts,
  job: Job | InvalidJob,
  ruleNames?: readonly string[],
): Promise<Brought> {
  const wanted = 'spec' in job ? wantedTrigger(job) : undefined;
  if (wanted === undefined) {
    if (job.status.trigger !== undefined) await removeTriggerRules(ports, job);
    return { trigger: null, update: (conditions) => withoutCondition(conditions, 'Triggered') };
  }
  const { update, again = false } = await makeIt(ports, job, wanted, ruleNames);
  const hash = triggerHash(wanted, allowedSources(ports.stage, job.space, wanted.bus));
  return {
    trigger: { bus: wanted.bus, hash: again ? AGAIN : hash, active: update.status === 'True' },
    update: (conditions) => withCondition(conditions, update, ports.now()),
  };
}

async function makeIt(
  ports: TriggerPorts,
  job: Job | InvalidJob,
  trigger: Trigger,
  ruleNames?: readonly string[],
): Promise<{ readonly update: ConditionUpdate; readonly again?: true }> {
  const problem =
    problemOfTrigger(ports.stage, job.space, trigger) ?? (await patternRefusal(ports, job, trigger.pattern));
  if (problem === 'outOfReach') return { update: notTriggered('OutOfReach', OUT_OF_REACH), again: true };
  if (problem !== undefined) {
    await removeTriggerRules(ports, job);
    return { update: notTriggered('NotAllowed', `${problem.field}: ${problem.message}`) };
  }
  const rule = { bus: trigger.bus, pattern: JSON.stringify(trigger.pattern) };
  const name = triggerRuleOf(ports.stage, job, trigger.bus);
  switch (await makeTriggerRule(ports, job, rule, ruleNames)) {
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

const NO_ROOM =
  'No more rules fit on its bus; it is tried again each hour. Raise maxRules of the stage, or use the bus "service".';
const OUT_OF_REACH = 'EventBridge is out of reach; it is tried again each minute.';
