import './own-time.ts';
import { ANNOTATION, LABEL } from '../../../lib/platform/labels.ts';
import { ACCOUNT, REGION } from '../../../local/account.ts';
import { createBuses, getBus } from '../../../local/eventbridge/bus.ts';
import { createEventBridgeServer } from '../../../local/eventbridge/server.ts';
import { createFakeClock } from '../../../local/fake-clock.ts';
import { CREDENTIALS } from '../../support/credentials.ts';
import { push, scheduled } from '../scenarios/given.ts';
import { BACK, BEFORE, BY_RULES, GONE, JOBS, jobsOfBurst, type Outage, polledJob } from './burst.ts';
import { type Client, newClient, OWN_BUS } from './client.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { openFront } from './front.ts';
import { fire, RECONCILE, type Request } from './requests.ts';

/*
 * Takes the cluster and EventBridge away from many jobs for an hour, and prints the result. A process of
 * its own as main.ts. The functions' clock is moved to each minute, and goes on from there as the machine's does.
 */

const MINUTE_MS = 60_000;
const MAX_MINUTES = 5;
/** Timeout of a function's calls during the outage, in ms. */
const IN_VAIN_MS = 300;

const jobs = jobsOfBurst(JOBS);
const clock = createFakeClock();
const buses = createBuses([OWN_BUS], { now: clock.now, maxRules: 300, account: ACCOUNT, region: REGION });
const eventBridge = createEventBridgeServer(buses, { credentials: CREDENTIALS });
const faults: string[] = [];
const cluster = await startCluster({ tekton: false });
const front = await openFront({
  kubernetes: cluster.handle,
  eventbridge: (...of) => void eventBridge.emit('request', ...of),
  ...{ latencyMs: 4, refuseEach: 50, retryAfter: 1 },
});
const client: Client = newClient({
  ...{ url: front.url, token: cluster.token, now: clock.now },
  onError: (why) => faults.push(why),
});

async function done(request: Request): Promise<void> {
  const { ok, what, bug } = await client.call(request);
  if (!ok) throw new Error(`Not done: ${what} ${bug ?? ''}`);
}

async function prepare(): Promise<void> {
  clock.moveTo(BEFORE);
  await done(push());
  for (const { name, cron, timeZone, policy } of jobs.slice(0, BY_RULES))
    await done(scheduled(name, cron, { schedule: { cron, timeZone }, concurrencyPolicy: policy }));
  for (const job of jobs.slice(BY_RULES)) cluster.plant('jobs', polledJob(job, BEFORE.toISOString()));
}

/** Outcomes of a reconcile and a fire at some minutes of the outage. */
async function tryInVain(): Promise<readonly string[]> {
  const answers: string[] = [];
  front.setDown(true);
  for (const minute of [0, 30, 59]) {
    clock.moveTo(new Date(GONE.getTime() + minute * MINUTE_MS + 5_000));
    for (const request of [RECONCILE, fire('job-0', clock.now())]) {
      const { what, bug } = await client.call(request, { mostMs: IN_VAIN_MS });
      answers.push(bug ?? what);
    }
  }
  front.setDown(false);
  return answers;
}

/** The reconcile of each minute until all jobs have a task. */
async function catchUp(): Promise<{ readonly rounds: number; readonly seconds: number }> {
  let ended = BACK;
  let rounds = 0;
  for (; rounds < MAX_MINUTES && taskTimes(cluster).size < JOBS; rounds += 1) {
    clock.moveTo(new Date(Math.max(BACK.getTime() + rounds * MINUTE_MS, ended.getTime())));
    await done(RECONCILE);
    // Minutes of a cluster are far from each other; here the next one begins at once.
    await front.quiet();
    ended = clock.now();
  }
  return { rounds, seconds: (ended.getTime() - BACK.getTime()) / 1000 };
}

/** The occurrences that have tasks, by their jobs. */
function taskTimes({ objects }: Cluster): ReadonlyMap<string, readonly string[]> {
  const times = new Map<string, readonly string[]>();
  for (const { metadata } of objects('pipelineruns')) {
    const job = metadata.labels?.[LABEL.job] ?? '';
    const time = new Date(metadata.annotations?.[ANNOTATION.scheduledTime] ?? '').toISOString();
    times.set(job, [...(times.get(job) ?? []), time]);
  }
  return times;
}

await prepare();
const inVain = await tryInVain();
const early = taskTimes(cluster).size;
const before = { kubernetes: front.load.kubernetes.requests, eventbridge: front.load.eventbridge.requests };
const recovery = await catchUp();
const { kubernetes, eventbridge } = front.load;
const outage: Outage = {
  ...{ inVain, early, faults, ...recovery, rules: getBus(buses, undefined).rules.size },
  tasks: Object.fromEntries(taskTimes(cluster)),
  requests: kubernetes.requests - before.kubernetes,
  requestsOfRules: eventbridge.requests - before.eventbridge,
  ...{ most: kubernetes.most, mostOfRules: eventbridge.most, waits: kubernetes.waits },
};
process.stdout.write(JSON.stringify(outage));
process.exit(0);
