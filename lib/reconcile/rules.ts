import type { EventStage } from '../events/trigger-rules.ts';
import { type InvalidJob, isSynced, type Job, wantedSchedule, wantedTrigger } from '../jobs/job.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { DomainError } from '../platform/errors.ts';
import type { Log } from '../platform/observability.ts';
import { ruleNamesOf, triggerRuleOf } from '../schedules/rule-names.ts';
import type { RuleRecord, Rules } from '../schedules/rules.ts';
import type { ReconcileContext } from './context.ts';

/** Concurrent removals; each is about five requests. */
const CONCURRENCY = 2;

/** Lists the stage's rules by name; `undefined` when EventBridge is out of reach: then this reconcile skips all rules. */
export async function readRules(ports: {
  readonly log: Log;
  readonly rules: Rules;
}): Promise<ReadonlyMap<string, RuleRecord> | undefined> {
  try {
    return new Map((await ports.rules.list()).map((rule) => [rule.name, rule]));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    ports.log('warn', 'rules could not be listed', { why: error.message });
    return undefined;
  }
}

/** Removes rules that no job needs: of jobs that are deleted, suspended, unscheduled, or driven by polling. */
export async function removeOrphans(
  { ports, rules, counters }: ReconcileContext,
  jobs: readonly (Job | InvalidJob)[],
): Promise<void> {
  if (rules === undefined || rules.size === 0) return;
  const needed = new Set(jobs.flatMap((job) => neededBy(ports, job)));
  const orphans = [...rules.keys()].filter((name) => !needed.has(name));
  await mapConcurrent(
    orphans,
    (rule) =>
      counters.isolate({ rule }, async () => {
        if ((await ports.rules.remove(rule)) === 'removed') counters.count('rulesRemoved');
      }),
    CONCURRENCY,
  );
}

function neededBy({ stage }: { readonly stage: EventStage }, job: Job | InvalidJob): readonly string[] {
  const trigger = 'spec' in job ? wantedTrigger(job) : undefined;
  return [
    ...(needsRules(job) ? ruleNamesOf(stage, job) : []),
    ...(trigger === undefined ? [] : [triggerRuleOf(stage, job, trigger.bus)]),
  ];
}

/** True for a job that has rules, or that may be getting them now since its schedule is not applied yet. */
const needsRules = (job: Job | InvalidJob): boolean =>
  'spec' in job &&
  wantedSchedule(job) !== undefined &&
  (!isSynced(job) || job.status.schedule?.driver === 'rules');
