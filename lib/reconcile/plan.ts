import { isSamePattern, triggerHash } from '../events/trigger.ts';
import { allowedSources, type EventStage } from '../events/trigger-rules.ts';
import { completionOf, isSpent } from '../jobs/completion.ts';
import { currentConditions, type KnownApp } from '../jobs/conditions.ts';
import { dueOf } from '../jobs/due-runs.ts';
import { type InvalidJob, isSynced, type Job, wantedSchedule, wantedTrigger } from '../jobs/job.ts';
import { hashOf } from '../platform/names.ts';
import { desiredRules } from '../schedules/eventbridge-cron.ts';
import { ruleNamesOf, triggerRuleOf } from '../schedules/rule-names.ts';
import { needsRules } from '../schedules/sync.ts';

/** A rule as the bus lists it. */
type Rule = {
  readonly name: string;
  readonly expression?: string | undefined;
  readonly pattern?: string | undefined;
  readonly enabled: boolean;
};

/** Observed state on which the plan of a job depends. */
export type Observed = {
  readonly now: Date;
  /** App of the job; `unknown` when the apps could not be listed. */
  readonly app: KnownApp;
  readonly stage: EventStage;
  /** The stage's rules by name; absent when EventBridge is out of reach. */
  readonly rules?: ReadonlyMap<string, Rule> | undefined;
  /** True while the stage's quota has room for more rules. */
  readonly room: boolean;
  /** True when the stage has more rules than its quota. */
  readonly tooMany: boolean;
};

/**
 * Action of the reconcile on a job. `sync`: rules or status differ from the spec. `run`: an occurrence is due, or was
 * started and not completed. `updateConditions`: only its conditions are out of date. `remove`: it was made for one task.
 */
export type ReconcileAction = 'sync' | 'run' | 'updateConditions' | 'remove' | 'nothing';

/**
 * Time after which a due occurrence is overdue: its rule triggers within a minute. The reconcile, which runs every minute,
 * must see it within two minutes; after that it counts as an outage, of which only the newest occurrence runs.
 */
const OVERDUE_MS = 60_000;

const MINUTES = 60;

/** Plans the action on a job. Sends no request; cheap, since it runs for every job every minute. */
export function planJob(job: Job | InvalidJob, observed: Observed): ReconcileAction {
  if (job.deleting) return 'nothing';
  if ('spec' in job && isSpent(job)) return 'remove';
  if (!('spec' in job)) return hasRules(job) ? 'sync' : conditionOrNothing(job, observed);
  if (
    !isSynced(job) ||
    hasStaleNextRun(job) ||
    rulesDiffer(job, observed) ||
    triggerDiffers(job, observed) ||
    shouldMove(job, observed)
  )
    return 'sync';
  if (job.status.lease !== undefined || isOverdue(job, observed.now)) return 'run';
  return conditionOrNothing(job, observed);
}

const hasRules = (job: InvalidJob): boolean =>
  job.status.schedule !== undefined || job.status.trigger !== undefined || hasStaleNextRun(job);

/** True for a next run that nothing will start: a job was resumed, and then changed before it was synced. */
const hasStaleNextRun = (job: Job | InvalidJob): boolean =>
  job.status.nextScheduleTime !== undefined && wantedSchedule(job) === undefined;

const conditionOrNothing = (job: Job | InvalidJob, { app, now }: Observed): ReconcileAction => {
  if (app === 'unknown') return 'nothing';
  return currentConditions(job, app, now) === job.status.conditions ? 'nothing' : 'updateConditions';
};

/** True for a due job that its rules did not start in time; a job without rules is overdue at once. */
function isOverdue(job: Job, now: Date): boolean {
  const due = dueOf(job, now);
  if (due.outcome !== 'due' && due.outcome !== 'tooLate') return false;
  return job.status.schedule?.driver === 'polling' || now.getTime() - due.oldest.getTime() >= OVERDUE_MS;
}

/** True when the rules of a job differ from its schedule, or were edited or removed by others. */
function rulesDiffer(job: Job, { now, stage, rules }: Observed): boolean {
  const { schedule } = job.status;
  if (schedule?.driver !== 'rules') return false;
  if (completionOf(job) !== undefined) return true;
  const { expressions, hash } = desiredRules(schedule, now);
  if (hash !== schedule.expressionsHash) return true;
  if (rules === undefined) return false;
  const found = ruleNamesOf(stage, job).map((name) => rules.get(name));
  return found.some((rule, index) => rule?.expression !== expressions[index] || rule?.enabled === false);
}

/** True when the rule of a trigger differs from its spec, or was edited or removed by others. */
function triggerDiffers(job: Job, { now, stage, rules }: Observed): boolean {
  const wanted = wantedTrigger(job);
  const { trigger } = job.status;
  if (wanted === undefined || trigger === undefined)
    return (wanted === undefined) !== (trigger === undefined);
  if (trigger.hash !== triggerHash(wanted, allowedSources(stage, job.space, wanted.bus))) return true;
  if (rules === undefined) return false;
  if (!trigger.active) return isItsMinute(job, now);
  const rule = rules.get(triggerRuleOf(stage, job, wanted.bus));
  return rule?.enabled !== true || !isSamePattern(rule.pattern, JSON.stringify(wanted.pattern));
}

/** True in the minute of the hour in which a job retries what failed before; spread over jobs by hash. */
const isItsMinute = ({ space, name }: Job, now: Date): boolean =>
  Number.parseInt(hashOf([space, name], 8), 16) % MINUTES === now.getUTCMinutes();

/**
 * True for a job that should change its driver: from rules to polling where the stage is over its quota, or back, which
 * each job tries once an hour.
 */
function shouldMove(job: Job, { now, rules, room, tooMany }: Observed): boolean {
  const { schedule } = job.status;
  if (schedule?.driver === 'rules') return tooMany;
  if (schedule?.driver !== 'polling' || rules === undefined || !room) return false;
  return needsRules(job, now) && isItsMinute(job, now);
}
