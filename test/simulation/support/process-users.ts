import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { ClusterApi } from '../../support/cluster-api.ts';
import { USER } from '../../support/credentials.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import type { History } from './history.ts';
import type { ProcessCloud } from './process-cloud.ts';
import type { Random } from './random.ts';
import { spoilRule } from './rule-tampering.ts';

export const SPACE = 'team-a';

type Schedule = { readonly cron: string; readonly timeZone: string };
type Plan = Schedule & { readonly name: string };

const COMES_AND_GOES: Plan = { name: 'comes-and-goes', cron: '*/2 * * * *', timeZone: 'UTC' };
const CHANGES: Plan = { name: 'changes', cron: '*/3 * * * *', timeZone: 'UTC' };
const PAUSES: Plan = { name: 'pauses', cron: '2-59/5 * * * *', timeZone: 'America/New_York' };

const JOBS: readonly Plan[] = [
  { name: 'each-minute', cron: '* * * * *', timeZone: 'UTC' },
  { name: 'each-minute-too', cron: '* * * * *', timeZone: 'Europe/Berlin' },
  { name: 'each-half-hour', cron: '15,45 * * * *', timeZone: 'Asia/Kolkata' },
  { name: 'both-days', cron: '*/4 * 1 * sat,sun', timeZone: 'UTC' },
  COMES_AND_GOES,
  CHANGES,
  PAUSES,
];

/** Edits by kubectl and on the bus, past the functions. */
export type People = {
  /** Uids of the jobs that are there, by name. */
  readonly uids: ReadonlyMap<string, string>;
  makeAll(now: number): Promise<void>;
  /** `passed`: the share of the time that has passed. A job changes, rests, goes and comes again. */
  meddle(now: number, passed: number): Promise<void>;
  stop(): void;
};

export function peopleOf({ api, eventBridge }: ProcessCloud, history: History, random: Random): People {
  const uids = new Map<string, string>();
  const tamperer = new EventBridgeClient({
    endpoint: eventBridge.url,
    region: 'us-east-1',
    credentials: USER,
  });

  const make = async (now: number, { name, ...schedule }: Plan): Promise<void> => {
    const uid = await create(api, 'jobs', 'Job', name, { app: 'billing', schedule });
    uids.set(name, uid);
    history.jobs.set(uid, {
      ...NEW,
      space: SPACE,
      name,
      periods: [{ from: now, since: now, schedule }],
      runs: [],
      backfills: [],
      fires: [],
      drivers: [],
    });
  };
  const change = async (now: number, name: string, spec: object, schedule?: Schedule): Promise<void> => {
    await api.mergePatch(objectPath('jobs', SPACE, name), { spec });
    history.jobs.get(uids.get(name) ?? '')?.periods.push({ from: now, since: now, schedule });
  };
  const remove = async (now: number, name: string): Promise<void> => {
    await api.delete(objectPath('jobs', SPACE, name), { propagationPolicy: 'Background' });
    const job = history.jobs.get(uids.get(name) ?? '');
    if (job !== undefined) job.deleted = now;
    uids.delete(name);
  };
  const spoil = async (): Promise<void> => {
    const [first, ...others] = eventBridge.rules().map(({ name }) => name);
    if (first !== undefined) await spoilRule(tamperer, random.pick([first, ...others]), random);
  };

  const other: Schedule = { cron: '1-59/4 * * * *', timeZone: 'Europe/Berlin' };
  const deeds: { readonly at: number; readonly does: (now: number) => Promise<void> }[] = [
    { at: 0.3, does: (now) => change(now, CHANGES.name, { schedule: other }, other) },
    { at: 0.35, does: (now) => change(now, PAUSES.name, { suspend: true }) },
    { at: 0.45, does: (now) => remove(now, COMES_AND_GOES.name) },
    { at: 0.6, does: (now) => change(now, PAUSES.name, { suspend: false }, scheduleOf(PAUSES)) },
    { at: 0.65, does: (now) => make(now, COMES_AND_GOES) },
    {
      at: 0.7,
      does: (now) => change(now, CHANGES.name, { schedule: scheduleOf(CHANGES) }, scheduleOf(CHANGES)),
    },
  ];
  return {
    uids,
    makeAll: async (now) => {
      await create(api, 'apps', 'App', 'billing', { image: 'any', command: ':', pendingTimeout: '0s' });
      for (const plan of JOBS) await make(now, plan);
    },
    meddle: async (now, passed) => {
      for (; deeds[0] !== undefined && deeds[0].at <= passed; deeds.shift()) await deeds[0].does(now);
      if (random.chance(0.05)) await spoil();
    },
    stop: () => tamperer.destroy(),
  };
}

const NEW = { policy: 'Always', deadlineMs: Number.POSITIVE_INFINITY } as const;

const scheduleOf = ({ cron, timeZone }: Plan): Schedule => ({ cron, timeZone });

/** The uid of what was made. */
async function create(
  api: ClusterApi,
  plural: 'apps' | 'jobs',
  kind: string,
  name: string,
  spec: object,
): Promise<string> {
  const object = { apiVersion: 'taskbridge.dev/v1alpha1', kind, metadata: { name }, spec };
  const { status, text, body } = await api.create(listPath(plural, SPACE), object);
  if (status !== 201) throw new Error(`${kind} ${name}: ${status} ${text}`);
  return body.metadata.uid;
}
