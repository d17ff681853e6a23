import type { App, InvalidApp } from '../apps/app.ts';
import { isSamePattern, triggerHash } from '../events/trigger.ts';
import { allowedSources, type EventStage } from '../events/trigger-rules.ts';
import { readiness, withCondition } from '../jobs/conditions.ts';
import { dueOf } from '../jobs/due-runs.ts';
import { type InvalidJob, isSynced, type Job, wantedTrigger } from '../jobs/job.ts';
import { hashOf } from '../platform/names.ts';
import { desiredRules } from '../schedules/eventbridge-cron.ts';
import { ruleNamesOf, triggerRuleOf } from '../schedules/rule-names.ts';

/** A rule as the bus lists it. */
type Rule = {
  readonly name: string;
  readonly expression?: string | undefined;
  readonly pattern?: string | undefined;
  readonly enabled: boolean;
};

/** What the reconcile knows beside a job. */
export type Observed = {
  readonly now: Date;
  /** Its app; `undefined` when there is none, `unknown` when nobody could look. */
  readonly app: App | InvalidApp | undefined | 'unknown';
  readonly stage: EventStage;
  /** The stage's rules by name; absent when EventBridge is out of reach. */
  readonly rules?: ReadonlyMap<string, Rule> | undefined;
  /** Whether there is room for more rules. */
  readonly room: boolean;
  /** Whether there are more rules than the stage may have. */
  readonly tooMany: boolean;
};

/**
 * What a job needs of the reconcile. `sync`: rules or status are not what the spec says. `run`: something is due, or
 * was begun and left. `note`: only its conditions are old.
 */
export type ReconcileAction = 'sync' | 'run' | 'setCondition' | 'nothing';

/**
 * A rule fires within its minute; what is due for longer was missed. The reconcile, which comes once a minute, must see
 * it before two minutes are over: then it would be an outage, of which only the newest occurrence runs.
 */
const OVERDUE_MS = 60_000;

const MINUTES = 60;

/** What a job needs. No request, and next to no time for a job that needs nothing: it is asked for each, each minute. */
export function planJob(job: Job | InvalidJob, observed: Observed): ReconcileAction {
  if (job.deleting) return 'nothing';
  if (!('spec' in job)) return hasRules(job) ? 'sync' : conditionOrNothing(job, observed);
  if (
    !isSynced(job) ||
    rulesDiffer(job, observed) ||
    triggerDiffers(job, observed) ||
    shouldMove(job, observed)
  )
    return 'sync';
  if (job.status.lease !== undefined || isOverdue(job, observed.now)) return 'run';
  return conditionOrNothing(job, observed);
}

const hasRules = ({ status }: InvalidJob): boolean =>
  status.schedule !== undefined || status.trigger !== undefined;

const conditionOrNothing = (job: Job | InvalidJob, { app, now }: Observed): ReconcileAction => {
  if (app === 'unknown') return 'nothing';
  const { conditions } = job.status;
  return withCondition(conditions, readiness(job, app), now) === conditions ? 'nothing' : 'setCondition';
};

/** Nothing but the sweep wakes a job that has no rules: it is overdue at once. */
function isOverdue(job: Job, now: Date): boolean {
  const due = dueOf(job, now);
  if (due.outcome !== 'due' && due.outcome !== 'tooLate') return false;
  return job.status.schedule?.driver === 'polling' || now.getTime() - due.oldest.getTime() >= OVERDUE_MS;
}

/** Whether the rules of a job that they drive are not the ones it needs, or were edited or removed by others. */
function rulesDiffer(job: Job, { now, stage, rules }: Observed): boolean {
  const { schedule } = job.status;
  if (schedule?.driver !== 'rules') return false;
  const { expressions, hash } = desiredRules(schedule, now);
  if (hash !== schedule.expressionsHash) return true;
  if (rules === undefined) return false;
  const found = ruleNamesOf(stage, job).map((name) => rules.get(name));
  return found.some((rule, index) => rule?.expression !== expressions[index] || rule?.enabled === false);
}

/** Whether a trigger is not in force as it should be, though it could be, or others edited or removed its rule. */
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

/** Each job has a minute of the hour at which what did not go before is tried again. */
const isItsMinute = ({ space, name }: Job, now: Date): boolean =>
  Number.parseInt(hashOf([space, name], 8), 16) % MINUTES === now.getUTCMinutes();

/**
 * A job gives its rules up where the stage has too many. One without rules tries for them once an hour, each at a
 * minute of its own.
 */
function shouldMove(job: Job, { now, rules, room, tooMany }: Observed): boolean {
  const { schedule } = job.status;
  if (schedule?.driver === 'rules') return tooMany;
  if (schedule?.driver !== 'polling' || rules === undefined || !room) return false;
  return isItsMinute(job, now);
}
