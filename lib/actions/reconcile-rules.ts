import { DomainError } from '../domain/errors.ts';
import { type BrokenJob, isSynced, type Job, wantedSchedule, wantedTrigger } from '../domain/job.ts';
import { ruleNamesOf, triggerRuleOf } from '../domain/job-rules.ts';
import type { RuleRecord, SchedulingPorts } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import type { World } from './world.ts';

/** Removals at once; each is some five requests. */
const AT_ONCE = 2;

/** The stage's rules by name; `undefined` when EventBridge is out of reach: then no rule is looked at this minute. */
export async function readRules(
  ports: SchedulingPorts,
): Promise<ReadonlyMap<string, RuleRecord> | undefined> {
  try {
    return new Map((await ports.rules.list()).map((rule) => [rule.name, rule]));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    ports.log('warn', 'rules not seen to', { why: error.message });
    return undefined;
  }
}

/** Removes rules that no job needs: of jobs that are gone, suspended, unscheduled, or driven by the sweep. */
export async function removeOrphans(
  { ports, rules, tally }: World,
  jobs: readonly (Job | BrokenJob)[],
): Promise<void> {
  if (rules === undefined || rules.size === 0) return;
  const needed = new Set(jobs.flatMap((job) => neededBy(ports, job)));
  const orphans = [...rules.keys()].filter((name) => !needed.has(name));
  await inParallel(
    orphans,
    (rule) =>
      tally.attempt({ rule }, async () => {
        if ((await ports.rules.remove(rule)) === 'removed') tally.count('rulesRemoved');
      }),
    AT_ONCE,
  );
}

function neededBy({ stage }: SchedulingPorts, job: Job | BrokenJob): readonly string[] {
  const trigger = 'spec' in job ? wantedTrigger(job) : undefined;
  return [
    ...(needsRules(job) ? ruleNamesOf(stage, job) : []),
    ...(trigger === undefined ? [] : [triggerRuleOf(stage, job, trigger.bus)]),
  ];
}

/** A job whose schedule is not in force yet may be getting its rules at this moment. */
const needsRules = (job: Job | BrokenJob): boolean =>
  'spec' in job &&
  wantedSchedule(job) !== undefined &&
  (!isSynced(job) || job.status.schedule?.driver === 'rules');
