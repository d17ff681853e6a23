import * as v from 'valibot';
import { handlerOver as fireJob } from '../../../functions/fire-job.ts';
import { handlerOver as reconcile } from '../../../functions/reconcile.ts';
import { type EndState, endStateOf } from './end-state.ts';
import type { History } from './history.ts';
import type { Outage } from './outages.ts';
import type { Calendar } from './plans.ts';
import { type Setting, type SimulationOptions, settingOf } from './setting.ts';

const MINUTE = 60_000;

/** A function's time, as serverless.yml gives it. */
const LAMBDA = { getRemainingTimeInMillis: () => 55_000 };

export type Simulated = EndState & {
  readonly history: History;
  readonly calendar: Calendar;
  readonly outages: readonly Outage[];
  readonly end: number;
  /** Counts of actions and failures. */
  readonly counts: Readonly<Record<string, number>>;
};

/** Simulates days of jobs with injected failures, and at the end half an hour of calm. */
export async function simulate(options: SimulationOptions): Promise<Simulated> {
  const setting = await settingOf(options, (event) => void fire(setting, event));
  const { time, bus, cluster, functions, users, history, calendar, outages, end } = setting;
  void users.createAll();
  bringAbout(setting);
  try {
    await time.runUntil(end);
    const counts = { ...bus.counts, ...functions.counts, ...users.counts };
    return { ...(await endStateOf(cluster, bus)), history, calendar, outages: outages.outages, end, counts };
  } finally {
    await bus.stop();
  }
}

/** Runs each minute: fires, the reconcile at a random second, and now and then a user's request. */
function bringAbout(setting: Setting): void {
  const { from, end, time, bus, cluster, users, isBad } = setting;
  const random = setting.random.fork('pace');
  for (let minute = from + MINUTE; minute < end; minute += MINUTE) {
    void time.at(minute, bus.tick);
    void time.at(minute + random.between(0, 55_000), () => void polling(setting));
    if ((minute - from) % (10 * MINUTE) === 0) void time.at(minute + 1, cluster.tekton.prune);
    const whenBad = (work: () => Promise<void>) => async (): Promise<void> => {
      if (isBad()) await work();
    };
    if (random.chance(0.04))
      void time.at(
        minute + random.between(0, MINUTE),
        whenBad(async () => void users.act()),
      );
    if (random.chance(0.02)) void time.at(minute + random.between(0, MINUTE), whenBad(bus.spoil));
    if (random.chance(0.04))
      void time.at(
        minute + random.between(0, MINUTE),
        whenBad(async () => void users.backfill()),
      );
  }
}

const Fire = v.object({ space: v.string(), job: v.string() });

/** Drops a fire that no function takes or whose function throws: it is not retried. */
async function fire({ time, outages, cluster, history, functions }: Setting, event: unknown): Promise<void> {
  if (outages.isDown('all', time.now())) return;
  const { space, job } = v.parse(Fire, event);
  const uid = cluster.memory.jobs.stored(job, space)?.uid ?? '';
  const invocation = await functions.invoke('fire', (ports) => fireJob(async () => ports)(event, LAMBDA));
  history.jobs.get(uid)?.fires.push(invocation);
}

const Counts = v.record(v.string(), v.number());

async function polling({ time, outages, history, functions }: Setting): Promise<void> {
  if (outages.isDown('all', time.now())) return;
  let counts: v.InferOutput<typeof Counts> = {};
  const invocation = await functions.invoke('reconcile', async (ports) => {
    counts = v.parse(Counts, await reconcile(async () => ports)({}, LAMBDA));
  });
  const { deferred = 0, failed = 0, errors = 0 } = counts;
  if (deferred + failed + errors > 0) invocation.isHealthy = false;
  if (errors > 0) history.faults.push(`A reconcile counted ${errors} errors.`);
  history.reconciles.push(invocation);
}
