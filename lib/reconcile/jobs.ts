import {
  type InvalidJob,
  isSynced,
  type Job,
  wantedSchedule,
  wantedTrigger,
  writtenSpecOf,
} from '../jobs/job.ts';
import { runDue } from '../jobs/run-due.ts';
import { updateConditions } from '../jobs/status.ts';
import { desiredRules } from '../schedules/eventbridge-cron.ts';
import { onDefaultBus, ruleNamesOf, triggerRuleOf } from '../schedules/rule-names.ts';
import { removeScheduleRules } from '../schedules/rules.ts';
import { needsRules, syncRules } from '../schedules/sync.ts';
import { namespacedName, type ReconcileContext, type RuleQuota, type Work } from './context.ts';
import { planJob } from './plan.ts';

/** Maximum number of rules of one job. */
const RULES_A_JOB = 2;

/** Quota of a reconcile that has planned no job yet. */
export function ruleQuota(maxRules: number, rules: ReconcileContext['rules']): RuleQuota {
  const free = maxRules - onDefaultBus([...(rules?.keys() ?? [])]).length;
  return { room: Math.floor(free / RULES_A_JOB), excess: -free };
}

/**
 * Plans the work on a job: a `sync` applies its spec and writes rules, other work does not. `undefined` for most jobs, which
 * need nothing. Sends no request.
 */
export function reconcileJob(
  context: ReconcileContext,
  job: Job | InvalidJob,
): { readonly kind: 'sync' | 'other'; readonly work: Work } | undefined {
  const { ports, rules, counters, now, quota } = context;
  const app = appOf(context, job);
  const { room, excess } = quota;
  const plan = planJob(job, { now, app, stage: ports.stage, rules, room: room > 0, tooMany: excess > 0 });
  if (plan === 'nothing') return undefined;
  if (plan === 'run' && isWokenByRules(job)) ports.metrics.add('JobsOverdue', 1);
  const work: Work = () =>
    counters.isolate({ space: job.space, job: job.name }, () => WORK[plan](context, job, now));
  if (plan !== 'sync' && plan !== 'remove') return { kind: 'other', work };
  if (job.status.schedule?.driver === 'rules') quota.excess -= rulesOf(context, job).length;
  else quota.room -= 1;
  return { kind: 'sync', work };
}

/** True for a job that its rules start; one with a lease waits for a task instead. */
const isWokenByRules = ({ status }: Job | InvalidJob): boolean =>
  status.schedule?.driver === 'rules' && status.lease === undefined;

const appOf = ({ apps }: ReconcileContext, job: Job | InvalidJob) =>
  apps === undefined
    ? 'unknown'
    : apps.get(namespacedName({ space: job.space, name: writtenSpecOf(job).app ?? '' }));

const rulesOf = ({ ports, rules }: ReconcileContext, job: Job | InvalidJob): readonly string[] =>
  ruleNamesOf(ports.stage, job).filter((name) => rules?.has(name));

/** Names of the rules that a job's schedule needs. */
function rulesFor({ ports }: ReconcileContext, job: Job | InvalidJob, now: Date): readonly string[] {
  const wanted = wantedSchedule(job);
  if (wanted === undefined || !needsRules(job, now)) return [];
  return ruleNamesOf(ports.stage, job).slice(0, desiredRules(wanted, now).expressions.length);
}

function triggerRuleFor({ ports }: ReconcileContext, job: Job | InvalidJob): readonly string[] {
  const wanted = wantedTrigger(job);
  return wanted === undefined ? [] : [triggerRuleOf(ports.stage, job, wanted.bus)];
}

const WORK = {
  sync: async (context: ReconcileContext, job: Job | InvalidJob, now: Date): Promise<void> => {
    const { ports, taken, counters } = context;
    const ruleNames = taken && [...taken];
    // Reserves the names, so that concurrent syncs leave room for them.
    const own = rulesFor(context, job, now);
    const ofTrigger = triggerRuleFor(context, job);
    for (const name of [...own, ...ofTrigger]) taken?.add(name);
    const synced = await syncRules(ports, job, { since: now, app: appOf(context, job), ruleNames });
    if (synced.status.schedule?.driver !== 'rules') for (const name of own) taken?.delete(name);
    if (synced.status.trigger?.active !== true) for (const name of ofTrigger) taken?.delete(name);
    counters.count('synced');
    // An occurrence may have become due while the rules were missing.
    if ('spec' in job && job.spec.schedule !== undefined && isSynced(job))
      await run({ ports, counters }, job, now);
  },
  run: async (context: ReconcileContext, job: Job | InvalidJob, now: Date): Promise<void> => {
    // A job may stay due for hours, as one that waits under Forbid does.
    await refreshConditions(context, job);
    await run(context, job, now);
  },
  updateConditions: refreshConditions,
  // Its rules first, as those of any job that is deleted; what is left of them has no job, and the next reconcile removes it.
  remove: async ({ ports, counters }: ReconcileContext, job: Job | InvalidJob): Promise<void> => {
    if (job.status.schedule?.driver === 'rules') await removeScheduleRules(ports, job);
    await ports.jobs.delete(job, 'unchanged');
    ports.log('info', 'reconcile', { space: job.space, job: job.name, outcome: 'jobRemoved' });
    counters.count('jobsRemoved');
  },
} as const;

async function refreshConditions(context: ReconcileContext, job: Job | InvalidJob): Promise<void> {
  const app = appOf(context, job);
  if (app !== 'unknown' && (await updateConditions(context.ports, job, app)))
    context.counters.count('conditionsUpdated');
}

/** Runs due occurrences of a job without waiting, so that a task that is slow to stop does not delay other jobs. */
async function run(
  { ports, counters }: Pick<ReconcileContext, 'ports' | 'counters'>,
  { space, name }: Job | InvalidJob,
  moment: Date,
): Promise<void> {
  const result = await runDue(ports, { space, job: name, moment, timeoutMs: 0 });
  for (const { outcome, occurrence, task } of result) {
    counters.count(outcome);
    if (occurrence !== undefined)
      ports.log('info', 'reconcile', { space, job: name, outcome, occurrence, task });
  }
}
