import { backfill } from '../../../lib/jobs/backfill.ts';
import { cancelBackfill } from '../../../lib/jobs/cancel-backfill.ts';
import type { JobSchedule } from '../../../lib/jobs/job-schedule.ts';
import {
  createJob,
  deleteJob,
  deleteJobSchedule,
  scheduleJob,
  suspendJob,
} from '../../../lib/jobs/manage.ts';
import { suspendSpace } from '../../../lib/jobs/suspend-space.ts';
import type { Cluster } from './cluster.ts';
import { isInForce } from './end-state.ts';
import type { Functions } from './functions.ts';
import type { History } from './history.ts';
import type { Plan } from './plans.ts';
import { spaces } from './plans.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export type UsersOptions = {
  /** Begin of the simulation, in ms. */
  readonly from: number;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly functions: Functions;
  readonly cluster: Cluster;
  readonly history: History;
  readonly plans: readonly Plan[];
  readonly schedules: readonly [JobSchedule, ...JobSchedule[]];
};

export type Users = {
  /** All plans become jobs. */
  createAll(): Promise<void>;
  /** Someone does something to a job. */
  act(): Promise<void>;
  /** Someone backfills a job, or cancels that. */
  backfill(): Promise<void>;
  readonly counts: Record<string, number>;
};

/** Users who change their jobs, by functions and by kubectl. They retry nothing that fails. */
export function usersOf(options: UsersOptions): Users {
  const { time, random, functions, plans, schedules } = options;
  const { memory, jobs } = options.cluster;
  const counts: Record<string, number> = {};
  const create = ({ space, name, spec }: Plan) =>
    functions.invoke('user', (ports) => createJob(ports, { space, name, spec }));
  const stored = ({ space, name }: Plan) => memory.jobs.stored(name, space);
  const call = async (work: Parameters<Functions['invoke']>[1]): Promise<void> => {
    await functions.invoke('user', work);
  };
  const isSuspended = (plan: Plan): boolean => {
    const job = stored(plan);
    return job !== undefined && 'spec' in job && job.spec.suspend;
  };
  const isBusy = ({ spec }: Plan): boolean => /^\*/.test(spec.schedule?.cron ?? '');

  const verbs: Readonly<Record<string, (plan: Plan) => Promise<void>>> = {
    schedule: ({ space, name, spec }) =>
      call((ports) =>
        scheduleJob(ports, {
          space,
          job: name,
          ...(random.chance(0.3) ? (spec.schedule ?? schedules[0]) : random.pick(schedules)),
        }),
      ),
    suspend: (plan) =>
      call((ports) => suspendJob(ports, { space: plan.space, job: plan.name, suspend: !isSuspended(plan) })),
    kubectlSchedule: async (plan) => {
      const job = stored(plan);
      if (job !== undefined) await jobs.change(job, { schedule: plan.spec.schedule });
    },
    kubectlSuspend: async (plan) => {
      const job = stored(plan);
      if (job !== undefined) await jobs.change(job, { suspend: !isSuspended(plan) });
    },
    suspendSpace: async () => {
      const space = random.pick([spaces[0] ?? '', ...spaces]);
      await functions.invoke('space', (ports) => suspendSpace(ports, { space, suspend: true }));
      await time.sleep(random.between(30, 7_200) * 1000);
      await functions.invoke('space', (ports) => suspendSpace(ports, { space, suspend: false }));
    },
    deleteSchedule: ({ space, name }) => call((ports) => deleteJobSchedule(ports, { space, job: name })),
    deleteJob: ({ space, name }) => call((ports) => deleteJob(ports, { space, job: name })),
    createJob: async (plan) => {
      await create(plan);
    },
  };

  const backfillOne = async (plan: Plan): Promise<void> => {
    const { space, name, spec } = plan;
    // What may still become due, when a function that set the schedule has died, is left to the schedule.
    const to = time.now() - random.between(5, 120) * MINUTE;
    const from = to - (isBusy(plan) ? random.between(5, 20) * MINUTE : random.between(12, 48) * HOUR);
    if (to <= options.from) return;
    const maxRunning = spec.concurrencyPolicy === 'Forbid' ? undefined : random.between(3, 5);
    const period = { from: timeOf(Math.max(from, options.from)), to: timeOf(to) };
    const again = random.chance(0.7);
    const asked = await functions.invoke('user', (ports) =>
      backfill(ports, { space, job: name, ...period, maxRunning, again, requestedBy: 'ada' }),
    );
    if (again) options.history.again.add(asked);
  };

  const isBackfillable = (plan: Plan): boolean => {
    const job = stored(plan);
    return job !== undefined && 'spec' in job && job.spec.schedule?.cron !== undefined && isInForce(job);
  };

  /** A job that stands still is set going again, most of the time. */
  const verbFor = (plan: Plan): string => {
    const job = stored(plan);
    if (job === undefined) return 'createJob';
    if (!('spec' in job)) return 'deleteJob';
    if (job.spec.schedule === undefined)
      return random.pick(['schedule', 'kubectlSchedule', 'kubectlSuspend']);
    if (job.spec.suspend) return random.pick(['suspend', 'kubectlSuspend', 'kubectlSuspend', 'schedule']);
    if (isBusy(plan)) return random.pick(['suspend', 'kubectlSuspend', 'kubectlSchedule', 'deleteJob']);
    return random.pick([
      'schedule',
      'schedule',
      'suspend',
      'kubectlSchedule',
      'kubectlSuspend',
      'deleteSchedule',
      'deleteJob',
      'deleteJob',
    ]);
  };

  return {
    counts,
    createAll: async () => {
      for (const plan of plans) await create(plan);
    },
    act: async () => {
      const idle = plans.filter((plan) => stored(plan) === undefined || isSuspended(plan));
      const [first, ...others] = idle.length > 0 && random.chance(0.5) ? idle : plans;
      if (first === undefined) return;
      const plan = random.pick([first, ...others]);
      const verb = random.chance(0.01) ? 'suspendSpace' : verbFor(plan);
      counts[verb] = (counts[verb] ?? 0) + 1;
      await verbs[verb]?.(plan);
    },
    backfill: async () => {
      const able = plans.filter((plan) => isBackfillable(plan) && !isSuspended(plan));
      const busy = able.filter(isBusy);
      const [first, ...others] = busy.length > 0 && random.chance(0.4) ? busy : able;
      if (first === undefined) return;
      const plan = random.pick([first, ...others]);
      const isCancel = random.chance(0.15);
      const verb = isCancel ? 'cancelBackfill' : 'backfill';
      counts[verb] = (counts[verb] ?? 0) + 1;
      if (isCancel) await call((ports) => cancelBackfill(ports, { space: plan.space, job: plan.name }));
      else await backfillOne(plan);
    },
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();
