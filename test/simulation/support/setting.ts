import type { JobSchedule } from '../../../lib/jobs/job-schedule.ts';
import { appOf } from '../../support/memory-ports.ts';
import { type SimulatedBus, simulatedBus } from './bus.ts';
import { type Cluster, clusterOf } from './cluster.ts';
import { type Functions, functionsOf, type Hazards, type TracedCall } from './functions.ts';
import type { History } from './history.ts';
import { type OutageOptions, type Outages, outagesOf } from './outages.ts';
import { type Calendar, calendarOf, type Plan, plansOf, schedulesOf, spaces, timesOf } from './plans.ts';
import { type Random, randomOf } from './random.ts';
import { type Users, usersOf } from './users.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

const MINUTE = 60_000;

/** Calm at the start, in which the jobs are created, and at the end, in which open work is completed. */
const CALM_MS = { begin: 10 * MINUTE, end: 30 * MINUTE };

const CALM: Hazards = { kill: { fire: 0, reconcile: 0, user: 0, space: 0 }, refuse: 0 };
const BAD: Hazards = { kill: { fire: 0.02, reconcile: 0.05, user: 0.1, space: 0.3 }, refuse: 0.0005 };

export type SimulationOptions = Omit<OutageOptions, 'from' | 'to'> & {
  readonly seed: number;
  readonly from: Date;
  readonly days: number;
  readonly jobs: number;
  /** Few enough that many jobs are polled. */
  readonly maxRules: number;
  /** Called with each call of a function that had its effect. */
  readonly trace?: ((call: TracedCall) => void) | undefined;
};

/** All that a simulation is made of, at its beginning. */
export type Setting = {
  readonly from: number;
  readonly end: number;
  readonly random: Random;
  readonly time: VirtualTime;
  readonly outages: Outages;
  readonly calendar: Calendar;
  readonly history: History;
  readonly bus: SimulatedBus;
  readonly cluster: Cluster;
  readonly functions: Functions;
  readonly users: Users;
  /** True while failures are injected. */
  isBad(): boolean;
};

/** `onFire` is called with each event that reaches the target of a rule. */
export async function settingOf(
  options: SimulationOptions,
  onFire: (event: unknown) => void,
): Promise<Setting> {
  const random = randomOf(options.seed);
  const from = options.from.getTime();
  const end = from + Math.round(options.days * 24 * 60) * MINUTE;
  const bad = { from: from + CALM_MS.begin, to: end - CALM_MS.end };
  const time = virtualTime(from);
  const isBad = (): boolean => time.now() > bad.from && time.now() < bad.to;
  const calendar = calendarOf(from, end);
  const outages = outagesOf(random.fork('weather'), { ...options, ...bad });
  const history: History = { jobs: new Map(), reconciles: [], again: new Set(), faults: [] };
  const onFault = (fault: string): void => {
    history.faults.push(fault);
  };
  const plans = plansOf(random.fork('plans'), calendar, options.jobs);

  const busRandom = random.fork('bus');
  const bus = await simulatedBus({ time, random: busRandom, outages, isBad, onFault, onFire });
  const cluster = clusterOf({
    time,
    random: random.fork('cluster'),
    history,
    rules: bus.rules,
    maxRules: options.maxRules,
    apps: spaces.map((space) => ({
      ...appOf('billing', { command: 'bin/report' }),
      space,
      uid: `in-${space}`,
    })),
    current: () => functions.current(),
    lengthOf: lengthsOf(plans, random.fork('lengths')),
  });
  const functions = functionsOf({
    time,
    outages,
    random: random.fork('functions'),
    ports: cluster.ports,
    hazards: () => (isBad() ? BAD : CALM),
    onFault,
    trace: options.trace,
  });
  const users = usersOf({
    from,
    time,
    random: random.fork('users'),
    functions,
    cluster,
    history,
    plans,
    schedules: [
      HOURLY,
      ...schedulesOf(random.fork('schedules'), calendar, 40),
      ...timesOf(random.fork('times'), calendar, 10),
    ],
  });
  return { from, end, random, time, outages, calendar, history, bus, cluster, functions, users, isBad };
}

const HOURLY: JobSchedule = { cron: '30 * * * *', timeZone: 'UTC' };

/** Duration of the next task of a job, in ms. */
function lengthsOf(plans: readonly Plan[], random: Random) {
  const planOf = new Map(plans.map((plan) => [plan.name, plan]));
  return (job: string): number => {
    const { shortestMs = 0, longestMs = 0 } = planOf.get(job) ?? {};
    return random.between(shortestMs, longestMs);
  };
}
