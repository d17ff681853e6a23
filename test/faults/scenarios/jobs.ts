import { http } from '../harness/requests.ts';
import type { Scenario } from '../harness/scenario.ts';
import {
  apply,
  backfill,
  createJob,
  DAILY,
  given,
  push,
  runJob,
  runLater,
  scheduled,
  TWO_RULES,
} from './given.ts';

/** Requests about jobs and schedules. */
export const JOBS: readonly Scenario[] = [
  {
    name: 'create-job: without a schedule',
    prepare: (environment) => given(environment, push()),
    request: createJob('nightly'),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'create-job: with a schedule of two rules',
    prepare: (environment) => given(environment, push()),
    request: scheduled('nightly', TWO_RULES),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'create-job: with a time',
    prepare: (environment) => given(environment, push()),
    request: createJob('nightly', { schedule: { at: '2026-11-25 02:00' } }),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'schedule-job: a time in place of two rules',
    prepare: (environment) => given(environment, push(), scheduled('nightly', TWO_RULES)),
    request: http('PUT /jobs/nightly/schedule', { body: { at: '2026-11-25 02:00' } }),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'run-task: at a time',
    prepare: (environment) => given(environment, push()),
    request: runLater('2026-11-25 02:00'),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'run-job: with a key',
    prepare: (environment) => given(environment, push(), createJob('nightly')),
    request: runJob('nightly', 'key-1'),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'run-job: without a key, where the app has no room',
    prepare: (environment) =>
      given(environment, push({ maxRunning: 1 }), createJob('nightly'), runJob('nightly')),
    request: runJob('nightly'),
    ...{ answers: '201', again: 'adds' },
  },
  {
    name: 'backfill: three nights, one of which has its task',
    prepare: (environment) => given(environment, push(), scheduled('nightly'), backfill('2026-11-22')),
    request: backfill('2026-11-20'),
    ...{ answers: '200', again: 'finishes', inParts: true },
  },
  {
    name: 'backfill: under Forbid, one night',
    prepare: (environment) =>
      given(environment, push(), scheduled('nightly', DAILY, { concurrencyPolicy: 'Forbid' })),
    request: backfill('2026-11-22'),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    // Those that start before a repeat are cancelled by it, and stay.
    name: 'cancel-backfill: nothing of it has started',
    prepare: (environment) => given(environment, push(), scheduled('nightly'), backfill('2026-11-20')),
    request: http('DELETE /jobs/nightly/backfill'),
    ...{ answers: '200', again: 'adds', inParts: true },
  },
  {
    name: 'apply: a job made, one changed, one deleted, one left',
    prepare: (environment) =>
      given(
        environment,
        push(),
        apply([{ name: 'changed', command: 'bin/old' }, { name: 'deleted' }, { name: 'left' }]),
      ),
    request: apply([
      { name: 'changed', command: 'bin/new', schedule: { cron: DAILY } },
      { name: 'left' },
      { name: 'made', schedule: { cron: TWO_RULES } },
    ]),
    ...{ answers: '200', again: 'finishes', inParts: true },
  },
  {
    name: 'update-job: its task and its policies',
    prepare: (environment) =>
      given(environment, push(), scheduled('nightly', TWO_RULES, { startingDeadlineSeconds: 60 })),
    request: http('PATCH /jobs/nightly', {
      body: { command: 'bin/other', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: null },
    }),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'update-job: to another app, without a command that the app lacks',
    prepare: (environment) =>
      given(environment, push(), push({ command: undefined }, 'stock'), createJob('nightly')),
    request: http('PATCH /jobs/nightly', { body: { app: 'stock', command: null } }),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'schedule-job: one that had no schedule',
    prepare: (environment) => given(environment, push(), createJob('nightly')),
    request: http('PUT /jobs/nightly/schedule', { body: { cron: '0 2 * * *', concurrencyPolicy: 'Forbid' } }),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'schedule-job: another schedule, of one rule in place of two',
    prepare: (environment) => given(environment, push(), scheduled('nightly', TWO_RULES)),
    request: http('PUT /jobs/nightly/schedule', { body: { cron: '0 3 * * *', timeZone: 'Europe/Berlin' } }),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'suspend-job',
    prepare: (environment) => given(environment, push(), scheduled('nightly')),
    request: http('PUT /jobs/nightly/suspended'),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'resume-job',
    prepare: (environment) =>
      given(environment, push(), scheduled('nightly', '0 2 * * *', { suspend: true })),
    request: http('DELETE /jobs/nightly/suspended'),
    ...{ answers: '200', again: 'finishes' },
  },
  {
    name: 'suspend-job: all of a space',
    prepare: (environment) => given(environment, push(), scheduled('nightly'), scheduled('weekly')),
    request: http('PUT /suspended'),
    ...{ answers: '200', again: 'finishes', inParts: true },
  },
  {
    name: 'resume-job: all of a space',
    prepare: (environment) =>
      given(environment, push(), scheduled('nightly'), scheduled('weekly'), http('PUT /suspended')),
    request: http('DELETE /suspended'),
    ...{ answers: '200', again: 'finishes', inParts: true },
  },
  {
    name: 'delete-job-schedule',
    prepare: (environment) => given(environment, push(), scheduled('nightly')),
    request: http('DELETE /jobs/nightly/schedule'),
    ...{ answers: '204', again: 'finishes' },
  },
  {
    name: 'delete-job: with two rules and a task',
    prepare: (environment) => given(environment, push(), scheduled('nightly', TWO_RULES), runJob('nightly')),
    request: http('DELETE /jobs/nightly'),
    ...{ answers: '204', again: 'finishes', inParts: true },
  },
];
