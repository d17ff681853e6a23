import { fire } from '../harness/requests.ts';
import { FIRE, type Scenario, TWO } from '../harness/scenario.ts';
import { createJob, DAILY, given, laterJob, onlyTask, push, runJob, runLater, scheduled } from './given.ts';

/** App without a pending timeout: its tasks may wait for a node for hours. */
const NO_PENDING_TIMEOUT = { pendingTimeout: '0s' };

const FIRED = { at: FIRE, request: fire('nightly', TWO), answers: 'done', again: 'never' } as const;

/** Fire of a rule, under each policy. A failed fire is not retried: the reconcile repairs it. */
export const FIRES: readonly Scenario[] = [
  {
    name: 'fire-job: Always',
    prepare: (environment) => given(environment, push(), scheduled('nightly')),
    ...FIRED,
  },
  {
    name: 'fire-job: Always, where the app has a limit',
    prepare: (environment) => given(environment, push({ maxRunning: 1 }), scheduled('nightly')),
    ...FIRED,
  },
  {
    name: 'fire-job: at a time',
    prepare: (environment) =>
      given(environment, push(), createJob('nightly', { schedule: { at: '2026-11-25 02:00' } })),
    ...FIRED,
    // After a failed fire the task is started in one, and its rule removed in the next.
    rounds: 2,
  },
  {
    name: 'fire-job: a task of run-task at a time',
    prepare: (environment) => given(environment, push(), runLater('2026-11-25 02:00')),
    ...FIRED,
    request: fire(laterJob(), TWO),
    // The task is started in one, and its job removed in the next.
    rounds: 2,
  },
  {
    name: 'fire-job: Forbid, with no task that runs',
    prepare: (environment) =>
      given(environment, push(), scheduled('nightly', DAILY, { concurrencyPolicy: 'Forbid' })),
    ...FIRED,
  },
  {
    name: 'fire-job: Forbid, with a task that runs',
    prepare: (environment) =>
      given(
        ...([
          environment,
          push(NO_PENDING_TIMEOUT),
          scheduled('nightly', DAILY, { concurrencyPolicy: 'Forbid' }),
        ] as const),
        runJob('nightly'),
      ),
    ...FIRED,
  },
  {
    name: 'fire-job: Forbid, with a task that has just ended',
    prepare: async (environment) => {
      const policy = { concurrencyPolicy: 'Forbid' };
      await given(environment, push(), scheduled('nightly', DAILY, policy), runJob('nightly'));
      environment.cluster.end(onlyTask(environment), 0);
    },
    ...FIRED,
  },
  {
    name: 'fire-job: Replace, with no task that runs',
    prepare: (environment) =>
      given(environment, push(), scheduled('nightly', DAILY, { concurrencyPolicy: 'Replace' })),
    ...FIRED,
  },
  {
    name: 'fire-job: Replace, with a task that runs',
    prepare: (environment) =>
      given(
        ...([
          environment,
          push(NO_PENDING_TIMEOUT),
          scheduled('nightly', DAILY, { concurrencyPolicy: 'Replace' }),
        ] as const),
        runJob('nightly'),
      ),
    ...FIRED,
    // A cancelled run is reported a minute later.
    rounds: 2,
  },
];
