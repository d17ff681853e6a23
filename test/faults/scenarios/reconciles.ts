import { DomainError } from '../../../lib/platform/errors.ts';
import type { AllPorts } from '../../support/memory-ports.ts';
import type { Environment } from '../harness/environment.ts';
import { fire, http, RECONCILE } from '../harness/requests.ts';
import { FIRE, type Scenario, TWO } from '../harness/scenario.ts';
import {
  appByKubectl,
  backfill,
  bindingSecret,
  createJob,
  DAILY,
  edit,
  given,
  jobByKubectl,
  laterJob,
  ORDERS,
  onlyTask,
  push,
  runJob,
  runLater,
  runTask,
  scheduled,
  TWO_RULES,
} from './given.ts';

/** A time that is over when the reconcile comes. */
const PAST = new Date('2026-11-24T21:11:00Z');

const RECONCILED = { request: RECONCILE, answers: 'done', again: 'never' } as const;

/** Each kind of work that the reconcile has. */
export const RECONCILES: readonly Scenario[] = [
  {
    name: 'reconcile: a schedule that came by kubectl',
    prepare: async (environment) => {
      await given(environment, push());
      environment.cluster.apply(jobByKubectl('nightly', { schedule: { cron: TWO_RULES } }));
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: a job whose one run is there',
    prepare: (environment) =>
      given(
        ...([environment, push(), createJob('nightly', { schedule: { at: '2026-11-24 21:11' } })] as const),
        fire('nightly', PAST),
      ),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a job of run-task whose task is there',
    prepare: (environment) =>
      given(environment, push(), runLater('2026-11-24 21:11'), fire(laterJob(), PAST)),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a task of run-task whose time passed in an outage',
    prepare: (environment) => given(environment, push(), runLater('2026-11-24 21:11')),
    ...RECONCILED,
    rounds: 2,
  },
  {
    name: 'reconcile: backfills, under Forbid',
    prepare: (environment) =>
      given(
        environment,
        push(),
        scheduled('nightly', DAILY, { concurrencyPolicy: 'Forbid' }),
        backfill('2026-11-20'),
      ),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a backfill that was cancelled before it started',
    prepare: (environment) =>
      given(
        environment,
        push(),
        scheduled('nightly'),
        backfill('2026-11-20'),
        http('DELETE /jobs/nightly/backfill'),
      ),
    ...RECONCILED,
  },
  {
    name: 'reconcile: rules that somebody removed or disabled',
    prepare: async (environment) => {
      await given(environment, push(), scheduled('nightly', TWO_RULES));
      const [[first, rule] = [], [second] = []] = [...environment.bus.rules];
      if (first !== undefined && rule !== undefined)
        environment.bus.rules.set(first, { ...rule, state: 'DISABLED' });
      environment.bus.rules.delete(second ?? '');
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: rules without a job',
    prepare: async (environment) => {
      await given(environment, push(), scheduled('nightly'));
      environment.cluster.remove('jobs', 'nightly');
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: a schedule that was taken away by kubectl',
    prepare: async (environment) => {
      await given(environment, push(), scheduled('nightly'));
      edit(environment, 'nightly', { schedule: undefined });
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: a fire that was lost',
    at: new Date(TWO.getTime() + 2 * 60_000),
    prepare: (environment) => given(environment, push(), scheduled('nightly')),
    ...RECONCILED,
  },
  { name: 'reconcile: a job that found no room for rules', at: FIRE, prepare: fullBus, ...RECONCILED },
  {
    name: 'reconcile: an abandoned lease',
    at: FIRE,
    prepare: (environment) => abandonedLease(environment, 'Forbid'),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a task that was cancelled for one that was not made',
    at: FIRE,
    prepare: (environment) => abandonedLease(environment, 'Replace'),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a queued task, and the end of the one before it',
    prepare: async (environment) => {
      await given(environment, push({ maxRunning: 1 }), scheduled('nightly'), runJob('nightly'));
      const first = onlyTask(environment);
      await given(environment, runTask());
      environment.cluster.end(first, 0);
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: a task that could not start in time',
    prepare: (environment) => given(environment, push({ pendingTimeout: '1m' }), runTask()),
    // It is cancelled, and then reported.
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

/** Fills the bus with foreign rules before the job is created. */
async function fullBus(environment: Environment): Promise<void> {
  const { buses, bus } = environment;
  await given(environment, push(), scheduled('nightly'));
  const [rule] = bus.rules.values();
  bus.rules.clear();
  if (rule === undefined) throw new Error('There is no rule.');
  for (let index = 0; index < buses.maxRules; index += 1)
    bus.rules.set(`other-${index}`, { ...rule, name: `other-${index}`, tags: new Map() });
  await given(environment, RECONCILE);
  bus.rules.clear();
}

/** A trigger whose function crashed after it wrote its lease. */
async function abandonedLease(
  environment: Environment,
  concurrencyPolicy: 'Forbid' | 'Replace',
): Promise<void> {
  await given(
    environment,
    push({ pendingTimeout: '0s' }),
    scheduled('nightly', DAILY, { concurrencyPolicy }),
  );
  if (concurrencyPolicy === 'Replace') await given(environment, runJob('nightly'));
  environment.clock.moveTo(TWO);
  await environment.other.call(fire('nightly', TWO), { change: withoutCreate });
}

const withoutCreate = (ports: AllPorts): AllPorts => ({
  ...ports,
  runs: {
    ...ports.runs,
    create: async () => {
      throw new DomainError('unavailable', 'The cluster is out of reach (the test). Try again.');
    },
  },
});
