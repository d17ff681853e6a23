import {
  appNameOf,
  type BrokenJob,
  isSynced,
  type Job,
  wantedSchedule,
  wantedTrigger,
} from '../domain/job.ts';
import { readiness } from '../domain/job-conditions.ts';
import { ruleNamesOf, triggerRuleOf, wantedRules } from '../domain/job-rules.ts';
import { onDefaultBus } from '../domain/rule-names.ts';
import { upkeepOf } from '../domain/upkeep.ts';
import { runDue } from './run-due.ts';
import { note } from './settle.ts';
import { syncRules } from './sync-rules.ts';
import { keyOf, type World } from './world.ts';

type Work = () => Promise<void>;

/** Each job may become two rules. */
const RULES_A_JOB = 2;

/**
 * The work that jobs need, in their order: those whose schedule is to be brought into force, and the others. Most need
 * nothing, which costs no request.
 */
export function reconcileJob(
  world: World,
  jobs: readonly (Job | BrokenJob)[],
): { readonly syncs: readonly Work[]; readonly others: readonly Work[] } {
  const { ports, rules, tally } = world;
  const { stage } = ports;
  const now = ports.now();
  const free = stage.maxRules - onDefaultBus([...(rules?.keys() ?? [])]).length;
  let room = Math.floor(free / RULES_A_JOB);
  let excess = -free;
  let overdue = 0;
  const syncs: Work[] = [];
  const others: Work[] = [];
  for (const job of jobs) {
    const app = appOf(world, job);
    const upkeep = upkeepOf(job, { now, app, stage, rules, room: room > 0, tooMany: excess > 0 });
    if (upkeep === 'nothing') continue;
    if (upkeep === 'run' && isWokenByRules(job)) overdue += 1;
    const subject = { space: job.space, job: job.name };
    const work = (): Promise<void> => tally.attempt(subject, () => WORK[upkeep](world, job, now));
    if (upkeep === 'sync') {
      if (job.status.schedule?.driver === 'rules') excess -= rulesOf(world, job).length;
      else room -= 1;
      syncs.push(work);
    } else {
      others.push(work);
    }
  }
  ports.metrics.add('JobsOverdue', overdue);
  return { syncs, others };
}

/** One with a claim waits for a task, not for its rule. */
const isWokenByRules = ({ status }: Job | BrokenJob): boolean =>
  status.schedule?.driver === 'rules' && status.claim === undefined;

const appOf = ({ apps }: World, job: Job | BrokenJob) =>
  apps === undefined ? 'unknown' : apps.get(keyOf({ space: job.space, name: appNameOf(job) ?? '' }));

const rulesOf = ({ ports, rules }: World, job: Job | BrokenJob): readonly string[] =>
  ruleNamesOf(ports.stage, job).filter((name) => rules?.has(name));

/** The names of the rules that a job's schedule is to have, if they fit. */
function rulesFor({ ports }: World, job: Job | BrokenJob, now: Date): readonly string[] {
  const wanted = 'spec' in job ? wantedSchedule(job) : undefined;
  if (wanted === undefined) return [];
  return ruleNamesOf(ports.stage, job).slice(0, wantedRules(wanted, now).expressions.length);
}

function triggerRuleFor({ ports }: World, job: Job | BrokenJob): readonly string[] {
  const wanted = 'spec' in job ? wantedTrigger(job) : undefined;
  return wanted === undefined ? [] : [triggerRuleOf(ports.stage, job, wanted.bus)];
}

const WORK = {
  sync: async (world: World, job: Job | BrokenJob, now: Date): Promise<void> => {
    const { ports, taken, tally } = world;
    const ruleNames = taken && [...taken];
    // Others that are synced at this moment leave it the room for its rules.
    const own = rulesFor(world, job, now);
    const ofTrigger = triggerRuleFor(world, job);
    for (const name of [...own, ...ofTrigger]) taken?.add(name);
    const app = appOf(world, job);
    const options = { since: now, app: app === 'unknown' ? undefined : app, ruleNames };
    const synced = await syncRules(ports, job, options);
    if (synced.status.schedule?.driver !== 'rules') for (const name of own) taken?.delete(name);
    if (synced.status.trigger?.inForce !== true) for (const name of ofTrigger) taken?.delete(name);
    tally.count('synced');
    // What came due under the same schedule while its rules were gone.
    if ('spec' in job && job.spec.schedule !== undefined && isSynced(job))
      await run({ ports, tally }, job, now);
  },
  run: ({ ports, tally }: World, job: Job | BrokenJob, now: Date): Promise<void> =>
    run({ ports, tally }, job, now),
  note: async (world: World, job: Job | BrokenJob): Promise<void> => {
    await note(world.ports, job, readiness(job, appOf(world, job)));
    world.tally.count('noted');
  },
} as const;

/** It waits for nothing, so that no task that takes its time to stop holds up the other jobs. */
async function run(
  { ports, tally }: Pick<World, 'ports' | 'tally'>,
  { space, name }: Job | BrokenJob,
  moment: Date,
): Promise<void> {
  const fired = await runDue(ports, { space, job: name, moment, patienceMs: 0 });
  for (const { outcome, occurrence, task } of fired) {
    tally.count(outcome);
    if (occurrence !== undefined)
      ports.log('info', 'reconcile', { space, job: name, outcome, occurrence, task });
  }
}
