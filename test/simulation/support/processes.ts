import * as v from 'valibot';
import type { ClusterApi } from '../../support/cluster-api.ts';
import { listPath } from '../../support/paths.ts';
import type { History, Invocation } from './history.ts';
import type { Killable } from './killable.ts';
import { type Outage, outagesOf } from './outages.ts';
import { type Calendar, calendarOf } from './plans.ts';
import { type ProcessCloud, startProcessCloud } from './process-cloud.ts';
import { type People, peopleOf, SPACE } from './process-users.ts';
import { type Random, randomOf } from './random.ts';

const MINUTE = 60_000;
const SECOND = 1_000;

/** Seconds of each minute at which functions are called, all that are due then at once. */
const CALL_SECONDS = [2, 20, 40] as const;

/** Calm at the end, in minutes. */
const CALM = 6;

/** Latest kill after the start of a function, in ms: most take 10 to 60. */
const LATEST_KILL_MS = 40;

export type ProcessOptions = {
  readonly seed: number;
  readonly from: Date;
  readonly minutes: number;
  readonly maxRules: number;
};

export type Processed = {
  readonly history: History;
  readonly calendar: Calendar;
  readonly end: number;
  readonly orphans: readonly string[];
  readonly killed: number;
  readonly outages: number;
};

type Setting = {
  readonly cloud: ProcessCloud;
  readonly people: People;
  readonly random: Random;
  readonly history: History;
  readonly outages: readonly Outage[];
  readonly killed: Invocation[];
  /** Start of the calm, in ms. */
  readonly calmFrom: number;
};

/** Minutes of a few jobs, by a clock that is moved from moment to moment. */
export async function simulateProcesses(options: ProcessOptions): Promise<Processed> {
  const from = options.from.getTime();
  const end = from + options.minutes * MINUTE;
  const calmFrom = end - CALM * MINUTE;
  const random = randomOf(options.seed);
  const hours = { longestOutageHours: 0.5, longestCalmHours: 1.5 };
  const { outages } = outagesOf(random.fork('weather'), { from: from + MINUTE, to: calmFrom, ...hours });
  const bus = random.fork('bus');
  let now = from;
  const fires: unknown[] = [];
  const cloud = await startProcessCloud({
    space: SPACE,
    maxRules: options.maxRules,
    now: () => now,
    onFire: (event) => fires.push(event),
    delaysOf: (minute) => (isDown(outages, minute) ? [] : delaysIn(bus, minute < calmFrom)),
  });
  const history: History = { jobs: new Map(), reconciles: [], again: new Set(), faults: [] };
  const people = peopleOf(cloud, history, random.fork('people'));
  const setting: Setting = { cloud, people, random, history, outages, killed: [], calmFrom };
  try {
    await people.makeAll(now);
    for (let minute = from + MINUTE; minute < end; minute += MINUTE) {
      const reconciled = random.pick(CALL_SECONDS);
      if (minute < calmFrom) await people.meddle(minute, (minute - from) / (end - from));
      for (const second of CALL_SECONDS) {
        now = minute + second * SECOND;
        await cloud.eventBridge.runUntil(new Date(now), () => {});
        await callAll(setting, now, fires.splice(0), second === reconciled);
      }
    }
    await readRuns(cloud.api, setting);
    const orphans = await orphansOf(cloud);
    const calendar = calendarOf(from, end);
    return { history, calendar, end, orphans, killed: setting.killed.length, outages: outages.length };
  } finally {
    people.stop();
    await cloud.stop();
  }
}

const isDown = (outages: readonly Outage[], moment: number): boolean =>
  outages.some((outage) => outage.from <= moment && moment < outage.to);

/** Seconds after its minute at which a fire arrives: on a bad day twice, late or never, now and then. */
function delaysIn(random: Random, isBad: boolean): readonly number[] {
  const onTime = random.pick(CALL_SECONDS);
  if (!isBad || random.chance(0.8)) return [onTime];
  return random.pick([[], [onTime, onTime], [onTime, 80], [62, 140], [140]]);
}

async function callAll(
  setting: Setting,
  now: number,
  fires: readonly unknown[],
  isSwept: boolean,
): Promise<void> {
  if (isDown(setting.outages, now)) return;
  await Promise.all([
    ...fires.map((event) => fire(setting, now, event)),
    ...(isSwept ? [polling(setting, now)] : []),
  ]);
}

async function fire(setting: Setting, now: number, event: unknown): Promise<void> {
  const { cloud, people, history } = setting;
  const { job } = v.parse(v.object({ job: v.string() }), event);
  const uid = people.uids.get(job) ?? '';
  const { invocation } = await call(setting, cloud.fireJob, 'fire', now, event);
  history.jobs.get(uid)?.fires.push(invocation);
}

const Counts = v.object({
  failed: v.optional(v.number(), 0),
  deferred: v.optional(v.number(), 0),
  errors: v.optional(v.number(), 0),
});

async function polling(setting: Setting, now: number): Promise<void> {
  const { cloud, history } = setting;
  const { invocation, result } = await call(setting, cloud.reconcile, 'reconcile', now, {});
  const { failed, deferred, errors } = v.parse(Counts, result ?? {});
  if (failed + deferred + errors > 0) history.faults.push(`A reconcile: ${JSON.stringify(result)}`);
  history.reconciles.push(invocation);
}

async function call(
  { random, killed, history, calmFrom }: Setting,
  { invoke }: Killable,
  kind: Invocation['kind'],
  began: number,
  event: unknown,
): Promise<{ readonly invocation: Invocation; readonly result?: unknown }> {
  const invocation: Invocation = { kind, began, isHealthy: true };
  const isKilled = began < calmFrom && random.chance(0.1);
  const started = performance.now();
  const answer = await invoke(event, began, isKilled ? random.between(0, LATEST_KILL_MS) : undefined);
  invocation.ended = began + performance.now() - started;
  if (answer.outcome === 'ended') return { invocation, result: answer.result };
  invocation.isHealthy = false;
  if (answer.outcome === 'killed') killed.push(invocation);
  else history.faults.push(answer.error);
  return { invocation };
}

/** Writes the runs of the cluster into the history: each was created when it was requested, by the clock of the functions. */
async function readRuns(api: ClusterApi, { history, killed }: Setting): Promise<void> {
  const { body } = await api.get(listPath('pipelineruns', SPACE));
  const made = body.items.flatMap(({ metadata }) => {
    const { annotations, name } = metadata;
    const job = history.jobs.get(metadata.ownerReferences?.[0]?.uid ?? '');
    const at = Date.parse(annotations['taskbridge.dev/requested-at'] ?? '');
    const by = killed.find(({ began, ended = began }) => began <= at && at <= ended);
    const minute = Date.parse(annotations['taskbridge.dev/scheduled-time'] ?? '');
    return job === undefined ? [] : [{ job, run: { name, minute, at, by } }];
  });
  for (const { job, run } of made.toSorted((one, other) => one.run.at - other.run.at)) job.runs.push(run);
}

/** Rules of jobs that are not there. */
async function orphansOf({ api, eventBridge }: ProcessCloud): Promise<readonly string[]> {
  const { body } = await api.get(listPath('jobs', SPACE));
  const jobs = new Set(body.items.map(({ metadata }) => metadata.name));
  return eventBridge
    .rules()
    .filter(({ tags }) => !jobs.has(tags.job ?? ''))
    .map(({ name }) => name);
}
