import type { Environment } from '../harness/environment.ts';
import { eventFor, http, RECONCILE, taskByEvent } from '../harness/requests.ts';
import { FIRE, type Scenario } from '../harness/scenario.ts';
import { createJob, edit, given, jobByKubectl, onlyTask, push, runJob, scheduled } from './given.ts';

const SHOP = { bus: 'service', pattern: { source: ['shop.orders'], detail: { order: [{ exists: true }] } } };
const UPLOADS = { bus: 'default', pattern: { source: ['uploads'] } };

const triggered = (name: string, spec: object = {}) => createJob(name, { trigger: SHOP, ...spec });

/** Lambda and EventBridge repeat an event that fails. Its run comes first, and then its Secret. */
const EVENT = {
  request: eventFor('report', 'event-1'),
  answers: 'done',
  again: 'finishes',
  inParts: true,
} as const;

/** App without a pending timeout: its tasks may wait for a node for hours. */
const NO_PENDING_TIMEOUT = { pendingTimeout: '0s' };

/** Requests about triggers. */
export const TRIGGERS: readonly Scenario[] = [
  {
    name: 'create-job: with a trigger',
    prepare: (environment) => given(environment, push()),
    request: triggered('report'),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'create-trigger: of a job that had none',
    prepare: (environment) => given(environment, push(), createJob('report')),
    request: http('PUT /jobs/report/trigger', { body: SHOP }),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'create-trigger: another pattern, on another bus',
    prepare: (environment) => given(environment, push(), triggered('report')),
    request: http('PUT /jobs/report/trigger', { body: UPLOADS }),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'delete-trigger: of a job with a schedule',
    prepare: (environment) => given(environment, push(), scheduled('report', '0 2 * * *', { trigger: SHOP })),
    request: http('DELETE /jobs/report/trigger'),
    ...{ answers: '204', again: 'finishes' },
  },
  {
    name: 'suspend-job: with a trigger',
    prepare: (environment) => given(environment, push(), triggered('report')),
    request: http('PUT /jobs/report/suspended'),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'delete-job: with a trigger and the task of an event',
    prepare: (environment) => given(environment, push(), triggered('report'), eventFor('report', 'event-1')),
    request: http('DELETE /jobs/report'),
    ...{ answers: '204', again: 'finishes', inParts: true },
  },
];

/** Events that come, under each policy, and those that go out. */
export const EVENTS: readonly Scenario[] = [
  {
    name: 'fire-event: Always',
    prepare: (environment) => given(environment, push(), triggered('report')),
    ...EVENT,
  },
  {
    name: 'fire-event: one that came before',
    prepare: (environment) => given(environment, push(), triggered('report'), eventFor('report', 'event-1')),
    ...EVENT,
  },
  {
    name: 'fire-event: where the app has no room',
    prepare: (environment) =>
      given(
        environment,
        push({ ...NO_PENDING_TIMEOUT, maxRunning: 1 }),
        triggered('report'),
        runJob('report'),
      ),
    ...EVENT,
  },
  {
    name: 'fire-event: Forbid, with no task that runs',
    prepare: (environment) =>
      given(environment, push(NO_PENDING_TIMEOUT), triggered('report', { concurrencyPolicy: 'Forbid' })),
    ...EVENT,
  },
  {
    name: 'fire-event: Forbid, with a task that runs',
    prepare: (environment) =>
      given(
        environment,
        ...[push(NO_PENDING_TIMEOUT), triggered('report', { concurrencyPolicy: 'Forbid' }), runJob('report')],
      ),
    ...EVENT,
  },
  {
    name: 'fire-event: Replace, with a task that runs',
    prepare: (environment) =>
      given(
        environment,
        ...[
          push(NO_PENDING_TIMEOUT),
          triggered('report', { concurrencyPolicy: 'Replace' }),
          runJob('report'),
        ],
      ),
    ...EVENT,
    // A cancelled run is reported a minute later.
    rounds: 2,
  },
  {
    name: 'run-task-on-event: where the app has room',
    prepare: (environment) => given(environment, push({ maxRunning: 1 })),
    request: taskByEvent('event-1', 'billing'),
    ...{ answers: 'done', again: 'finishes' },
  },
  {
    name: 'reconcile: a trigger that came by kubectl',
    prepare: async (environment) => {
      await given(environment, push());
      environment.cluster.apply(jobByKubectl('report', { trigger: SHOP }));
    },
    ...{ request: RECONCILE, answers: 'done', again: 'never' },
  },
  {
    name: 'reconcile: a trigger that was taken away by kubectl',
    prepare: async (environment) => {
      await given(environment, push(), triggered('report'));
      edit(environment, 'report', { trigger: undefined });
    },
    ...{ request: RECONCILE, answers: 'done', again: 'never' },
  },
  {
    name: 'reconcile: the rule of a trigger whose job is gone',
    prepare: async (environment) => {
      await given(environment, push(), triggered('report'));
      environment.cluster.remove('jobs', 'report');
    },
    ...{ request: RECONCILE, answers: 'done', again: 'never' },
  },
  {
    name: 'reconcile: ends to publish',
    prepare: async (environment) => {
      await given(environment, push(), createJob('report'), runJob('report'));
      environment.cluster.end(onlyTask(environment), 3);
    },
    ...{ request: RECONCILE, answers: 'done', again: 'never' },
  },
  {
    name: 'reconcile: a job that failed, and recovered',
    prepare: async (environment) => {
      await given(
        environment,
        push(),
        createJob('report'),
        runJob('report', 'key-1'),
        runJob('report', 'key-2'),
      );
      const names = environment.cluster.objects('pipelineruns').map(({ metadata }) => metadata.name);
      // Of two that end in one second the name says which is newer.
      const [first = '', second = ''] = names.toSorted();
      environment.cluster.end(first, 3);
      environment.cluster.end(second, 0);
    },
    ...{ request: RECONCILE, answers: 'done', again: 'never' },
  },
  {
    name: 'reconcile: the task of an event whose turn has come under Forbid',
    prepare: async (environment) => {
      const policy = { concurrencyPolicy: 'Forbid' };
      await given(
        environment,
        push(NO_PENDING_TIMEOUT),
        triggered('report', policy),
        eventFor('report', 'event-0'),
      );
      const first = onlyTask(environment);
      await given(environment, eventFor('report', 'event-1'));
      environment.cluster.end(first, 0);
    },
    ...{ request: RECONCILE, answers: 'done', again: 'never' },
  },
  {
    name: 'reconcile: a run that was missed',
    at: FIRE,
    prepare: missed,
    ...{ request: RECONCILE, answers: 'done', again: 'never' },
    rounds: 2,
  },
  {
    name: 'reconcile: a missed run to publish',
    at: FIRE,
    prepare: async (environment) => {
      await missed(environment);
      environment.clock.moveTo(FIRE);
      await given(environment, RECONCILE);
    },
    ...{ request: RECONCILE, answers: 'done', again: 'never' },
  },
];

/** A job whose deadline passed while nothing ran. */
async function missed(environment: Environment): Promise<void> {
  await given(environment, push(), scheduled('nightly', '0 1 * * *', { startingDeadlineSeconds: 60 }));
}
