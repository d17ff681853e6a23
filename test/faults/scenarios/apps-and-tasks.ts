import { http } from '../harness/requests.ts';
import type { Scenario } from '../harness/scenario.ts';
import {
  bindingSecret,
  createJob,
  given,
  jobByKubectl,
  ORDERS,
  push,
  runJob,
  runTask,
  scheduled,
} from './given.ts';

/** push-app, delete-app, run-task and terminate-task. */
export const APPS_AND_TASKS: readonly Scenario[] = [
  {
    name: 'push-app: a new app with a service',
    prepare: async ({ cluster }) => cluster.apply(bindingSecret('orders-binding')),
    request: push(ORDERS),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'push-app: another spec, with another service',
    prepare: async (environment) => {
      environment.cluster.apply(bindingSecret('orders-binding'), bindingSecret('users-binding', 'other'));
      await given(environment, push(ORDERS));
    },
    request: push({ services: [{ name: 'users', secretName: 'users-binding' }], command: 'bin/other' }),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'push-app: without the service that it had',
    prepare: async (environment) => {
      environment.cluster.apply(bindingSecret('orders-binding'));
      await given(environment, push(ORDERS));
    },
    request: push(),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'delete-app: with jobs of both kinds, tasks and a Secret',
    prepare: async (environment) => {
      environment.cluster.apply(bindingSecret('orders-binding'));
      await given(environment, push(ORDERS), scheduled('nightly'), runJob('nightly'), runTask());
      environment.cluster.apply(jobByKubectl('weekly'));
    },
    request: http('DELETE /apps/billing'),
    ...{ answers: '204', again: 'finishes', inParts: true },
  },
  {
    name: 'run-task: without a key',
    prepare: (environment) => given(environment, push()),
    request: runTask(),
    ...{ answers: '201', again: 'adds' },
  },
  {
    name: 'run-task: with a key',
    prepare: (environment) => given(environment, push()),
    request: runTask('key-1'),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'run-task: where the app has room',
    prepare: (environment) => given(environment, push({ maxRunning: 2 }), runTask()),
    request: runTask('key-1'),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'run-task: where the app has no room',
    prepare: (environment) => given(environment, push({ maxRunning: 1 }), runTask()),
    request: runTask(),
    ...{ answers: '201', again: 'adds' },
  },
  {
    name: 'terminate-task: by its name',
    prepare: (environment) => given(environment, push(), createJob('nightly'), runJob('nightly', 'key-1')),
    request: http('POST /tasks/nightly-b75206fceabf/terminate'),
    ...{ answers: '202', again: 'finishes' },
  },
  {
    name: 'terminate-task: by app and id',
    prepare: (environment) => given(environment, push(), createJob('nightly'), runJob('nightly', 'key-1')),
    request: http('POST /apps/billing/tasks/nightly-b75206fceabf/terminate'),
    ...{ answers: '202', again: 'finishes' },
  },
  {
    name: 'terminate-task: a queued one',
    prepare: (environment) =>
      given(
        environment,
        push({ maxRunning: 1 }),
        runTask(),
        createJob('nightly'),
        runJob('nightly', 'key-1'),
      ),
    request: http('POST /tasks/nightly-b75206fceabf/terminate'),
    ...{ answers: '202', again: 'finishes' },
  },
];
