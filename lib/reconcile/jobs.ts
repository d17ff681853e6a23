import { readiness } from '../jobs/conditions.ts';
import {
  appNameOf,
  type InvalidJob,
  isSynced,
  type Job,
  wantedSchedule,
  wantedTrigger,
} from '../jobs/job.ts';
import { runDue } from '../jobs/run-due.ts';
import { setCondition } from '../jobs/status.ts';
import { desiredRules } from '../schedules/eventbridge-cron.ts';
import { onDefaultBus, ruleNamesOf, triggerRuleOf } from '../schedules/rule-names.ts';
import { syncRules } from '../schedules/sync.ts';
import { namespacedName, type ReconcileContext } from './context.ts';
import { planJob } from './plan.ts';

type Work = () => Promise<void>;

/** Maximum number of rules of one job. */
const RULES_A_JOB = 2;

/**
 * Plans the work on jobs, in order: `syncs` apply a spec and write rules, `others` do not. Sends no request; most jobs need
 * nothing.
 */
export function reconcileJob(
  context: ReconcileContext,
  jobs: readonly (Job | InvalidJob)[],
): { readonly syncs: readonly Work[]; readonly others: readonly Work[] } {
  const { ports, rules, counters } = context;
  const { stage } = ports;
  const now = ports.now();
  const free = stage.maxRules - onDefaultBus([...(rules?.keys() ?? [])]).length;
  let room = Math.floor(free / RULES_A_JOB);
  let excess = -free;
  let overdue = 0;
  const syncs: Work[] = [];
  const others: Work[] = [];
  for (const job of jobs) {
    const app = appOf(context, job);
    const plan = planJob(job, { now, app, stage, rules, room: room > 0, tooMany: excess > 0 });
    if (plan === 'nothing') continue;
    if (plan === 'run' && isWokenByRules(job)) overdue += 1;
    const subject = { space: job.space, job: job.name };
    const work = (): Promise<void> => counters.isolate(subject, () => WORK[plan](context, job, now));
    if (plan === 'sync') {
      if (job.status.schedule?.driver === 'rules') excess -= rulesOf(context, job).length;
      else room -= 1;
      syncs.push(work);
    } else {
      others.push(work);
    }
  }
  ports.metrics.add('JobsOverdue', overdue);
  return { syncs, others };
}

/** True for a job that its rules start; one with a lease waits for a task instead. */
const isWokenByRules = ({ status }: Job | InvalidJob): boolean =>
  status.schedule?.driver === 'rules' && status.lease === undefined;

const appOf = ({ apps }: ReconcileContext, job: Job | InvalidJob) =>
  apps === undefined ? 'unknown' : apps.get(namespacedName({ space: job.space, name: appNameOf(job) ?? '' }));

const rulesOf = ({ ports, rules }: ReconcileContext, job: Job | InvalidJob): readonly string[] =>
  ruleNamesOf(ports.stage, job).filter((name) => rules?.has(name));

/** Names of the rules that a job's schedule needs. */
function rulesFor({ ports }: ReconcileContext, job: Job | InvalidJob, now: Date): readonly string[] {
  const wanted = 'spec' in job ? wantedSchedule(job) : undefined;
  if (wanted === undefined) return [];
  return ruleNamesOf(ports.stage, job).slice(0, desiredRules(wanted, now).expressions.length);
}

function triggerRuleFor({ ports }: ReconcileContext, job: Job | InvalidJob): readonly string[] {
  const wanted = 'spec' in job ? wantedTrigger(job) : undefined;
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
    const app = appOf(context, job);
    const options = { since: now, app: app === 'unknown' ? undefined : app, ruleNames };
    const synced = await syncRules(ports, job, options);
    if (synced.status.schedule?.driver !== 'rules') for (const name of own) taken?.delete(name);
    if (synced.status.trigger?.active !== true) for (const name of ofTrigger) taken?.delete(name);
    counters.count('synced');
    // An occurrence may have become due while the rules were missing.
    if ('spec' in job && job.spec.schedule !== undefined && isSynced(job))
      await run({ ports, counters }, job, now);
  },
  run: ({ ports, counters }: ReconcileContext, job: Job | InvalidJob, now: Date): Promise<void> =>
    run({ ports, counters }, job, now),
  setCondition: async (context: ReconcileContext, job: Job | InvalidJob): Promise<void> => {
    await setCondition(context.ports, job, readiness(job, appOf(context, job)));
    context.counters.count('conditionsUpdated');
  },
} as const;

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
