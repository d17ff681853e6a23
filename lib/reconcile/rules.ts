import type { EventStage } from '../events/trigger-rules.ts';
import { type InvalidJob, isSynced, type Job, wantedSchedule, wantedTrigger } from '../jobs/job.ts';
import type { Turns } from '../platform/collections.ts';
import { AwsRefusal, OutOfTime } from '../platform/errors.ts';
import { type CallRulesPorts, callRules } from '../schedules/call-rules.ts';
import { ruleNamesOf, triggerRuleOf } from '../schedules/rule-names.ts';
import type { RuleRecord, Rules } from '../schedules/rules.ts';
import type { ReconcileContext } from './context.ts';

/** Group of the removals of rules, whose space is not known. */
const OF_NO_SPACE = '';

/**
 * Lists the stage's rules by name; `undefined` when EventBridge is out of reach or refuses: then this reconcile skips all
 * rules.
 */
export async function readRules(
  ports: CallRulesPorts & { readonly rules: Rules },
): Promise<ReadonlyMap<string, RuleRecord> | undefined> {
  try {
    const listed = await callRules(ports, {}, () => ports.rules.list());
    if (listed === 'outOfReach' || listed instanceof AwsRefusal) return undefined;
    return new Map(listed.map((rule) => [rule.name, rule]));
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    ports.log('warn', 'rules not listed', { why: error.message });
    return undefined;
  }
}

/** Removes rules that no job needs: of jobs that are deleted, suspended, unscheduled, or driven by polling. */
export async function removeOrphans(
  { ports, rules, counters }: ReconcileContext,
  jobs: readonly (Job | InvalidJob)[],
  inTurn: Turns,
): Promise<void> {
  if (rules === undefined || rules.size === 0) return;
  const needed = new Set(jobs.flatMap((job) => neededBy(ports, job)));
  const orphans = [...rules.keys()].filter((name) => !needed.has(name));
  const remove = async (rule: string): Promise<void> => {
    if ((await ports.rules.remove(rule)) === 'removed') counters.count('rulesRemoved');
  };
  await Promise.all(
    orphans.map((rule) => inTurn(OF_NO_SPACE, () => counters.isolate({ rule }, () => remove(rule)))),
  );
}

function neededBy({ stage }: { readonly stage: EventStage }, job: Job | InvalidJob): readonly string[] {
  const trigger = wantedTrigger(job);
  return [
    ...(needsRules(job) ? ruleNamesOf(stage, job) : []),
    ...(trigger === undefined ? [] : [triggerRuleOf(stage, job, trigger.bus)]),
  ];
}

/** True for a job that has rules, or that may be getting them now since its schedule is not applied yet. */
const needsRules = (job: Job | InvalidJob): boolean =>
  wantedSchedule(job) !== undefined && (!isSynced(job) || job.status.schedule?.driver === 'rules');
