import { DomainError } from '../../../lib/domain/errors.ts';
import type { ReconcilingPorts } from '../../../lib/ports.ts';
import { fire, RECONCILE } from '../harness/requests.ts';
import { FIRE, type Scenario, TWO } from '../harness/scenario.ts';
import type { World } from '../harness/world.ts';
import {
  appByKubectl,
  bindingSecret,
  DAILY,
  edit,
  given,
  jobByKubectl,
  ORDERS,
  onlyTask,
  push,
  runJob,
  runTask,
  scheduled,
  TWO_RULES,
} from './given.ts';

const RECONCILED = { request: RECONCILE, answers: 'done', again: 'never' } as const;

/** Each kind of work that the reconcile has. */
export const RECONCILES: readonly Scenario[] = [
  {
    name: 'reconcile: a schedule that came by kubectl',
    prepare: async (world) => {
      await given(world, push());
      world.cluster.apply(jobByKubectl('nightly', { schedule: { cron: TWO_RULES } }));
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: rules that somebody removed or disabled',
    prepare: async (world) => {
      await given(world, push(), scheduled('nightly', TWO_RULES));
      const [[first, rule] = [], [second] = []] = [...world.bus.rules];
      if (first !== undefined && rule !== undefined)
        world.bus.rules.set(first, { ...rule, state: 'DISABLED' });
      world.bus.rules.delete(second ?? '');
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: rules without a job',
    prepare: async (world) => {
      await given(world, push(), scheduled('nightly'));
      world.cluster.remove('jobs', 'nightly');
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: a schedule that was taken away by kubectl',
    prepare: async (world) => {
      await given(world, push(), scheduled('nightly'));
      edit(world, 'nightly', { schedule: undefined });
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: a fire that was lost',
    at: new Date(TWO.getTime() + 2 * 60_000),
    prepare: (world) => given(world, push(), scheduled('nightly')),
    ...RECONCILED,
  },
  { name: 'reconcile: a job that found no room for rules', at: FIRE, prepare: fullBus, ...RECONCILED },
  {
    name: 'reconcile: a claim that was left',
    at: FIRE,
    prepare: (world) => leftClaim(world, 'Forbid'),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a task that was cancelled for one that was not made',
    at: FIRE,
    prepare: (world) => leftClaim(world, 'Replace'),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a parked task, and the end of the one before it',
    prepare: async (world) => {
      await given(world, push({ maxRunning: 1 }), scheduled('nightly'), runJob('nightly'));
      const first = onlyTask(world);
      await given(world, runTask());
      world.cluster.end(first, 0);
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: a task that could not start in time',
    prepare: (world) => given(world, push({ pendingTimeout: '1m' }), runTask()),
    // It is cancelled, and then told.
    rounds: 2,
    ...RECONCILED,
  },
  {
    name: 'reconcile: bindings of an app that came by kubectl',
    prepare: async ({ cluster }) =>
      cluster.apply(bindingSecret('orders-binding'), appByKubectl('billing', ORDERS)),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a job whose app is gone',
    prepare: async ({ cluster }) => cluster.apply(jobByKubectl('nightly')),
    ...RECONCILED,
  },
];

/** Somebody else's rules filled the bus when the job was made. */
async function fullBus(world: World): Promise<void> {
  const { buses, bus } = world;
  await given(world, push(), scheduled('nightly'));
  const [rule] = bus.rules.values();
  bus.rules.clear();
  if (rule === undefined) throw new Error('There is no rule.');
  for (let index = 0; index < buses.maxRules; index += 1)
    bus.rules.set(`other-${index}`, { ...rule, name: `other-${index}`, tags: new Map() });
  await given(world, RECONCILE);
  bus.rules.clear();
}

/** A fire that came to its claim and no further. */
async function leftClaim(world: World, concurrencyPolicy: 'Forbid' | 'Replace'): Promise<void> {
  await given(world, push({ pendingTimeout: '0s' }), scheduled('nightly', DAILY, { concurrencyPolicy }));
  if (concurrencyPolicy === 'Replace') await given(world, runJob('nightly'));
  world.clock.moveTo(TWO);
  await world.other.call(fire('nightly', TWO), { change: withoutCreate });
}

const withoutCreate = (ports: ReconcilingPorts): ReconcilingPorts => ({
  ...ports,
  runs: {
    ...ports.runs,
    create: async () => {
      throw new DomainError('unavailable', 'The cluster is out of reach (the test). Try again.');
    },
  },
});
