import { eventFor, fire, http, RECONCILE, type Request } from '../harness/requests.ts';
import { FIRE, type Scenario, TWO } from '../harness/scenario.ts';
import { createJob, given, push, runJob, scheduled, TWO_RULES } from './given.ts';

/** Two rules, which fire at the occurrence that environments have in common. */
const NIGHTLY = scheduled('nightly', '0 2 25 * 5');

const REQUESTS: Readonly<Record<string, Request>> = {
  'create-job': createJob('nightly', { schedule: { cron: TWO_RULES } }),
  'update-job': http('PATCH /jobs/nightly', { body: { command: 'bin/other', concurrencyPolicy: 'Forbid' } }),
  'schedule-job': http('PUT /jobs/nightly/schedule', { body: { cron: '0 3 * * *' } }),
  'suspend-job': http('PUT /jobs/nightly/suspended'),
  'resume-job': http('DELETE /jobs/nightly/suspended'),
  'delete-job-schedule': http('DELETE /jobs/nightly/schedule'),
  'delete-job': http('DELETE /jobs/nightly'),
  'delete-app': http('DELETE /apps/billing'),
  'run-job': runJob('nightly'),
  'fire-job': fire('nightly', TWO),
  reconcile: RECONCILE,
};

const SHOP = { bus: 'service', pattern: { source: ['shop.orders'] } };

/** About a job that has both a schedule and a trigger. */
const ABOUT_TRIGGERS: Readonly<Record<string, Request>> = {
  'create-trigger': http('PUT /jobs/nightly/trigger', {
    body: { bus: 'default', pattern: { source: ['uploads'] } },
  }),
  'delete-trigger': http('DELETE /jobs/nightly/trigger'),
  'suspend-job': http('PUT /jobs/nightly/suspended'),
  'delete-job': http('DELETE /jobs/nightly'),
  'fire-event': eventFor('nightly', 'event-1'),
  'fire-job': fire('nightly', TWO),
  reconcile: RECONCILE,
};

/** Answers of a request without concurrent requests. */
const ANSWERS: Readonly<Record<string, string>> = {
  'create-job': '409',
  'delete-job-schedule': '204',
  'delete-trigger': '204',
  'fire-event': 'done',
  'delete-job': '204',
  'delete-app': '204',
  'run-job': '201',
  'fire-job': 'done',
  reconcile: 'done',
};

const interleaved = (requests: Readonly<Record<string, Request>>, job: Request): readonly Scenario[] =>
  Object.entries(requests).map(([name, request]) => ({
    name: `${name}: interleaved`,
    at: FIRE,
    prepare: (environment) => given(environment, push(), job),
    request,
    ...{ answers: ANSWERS[name] ?? '200', again: 'never' },
  }));

/** Requests to one job, each with concurrent requests of other clients. */
export const INTERLEAVED = interleaved(REQUESTS, NIGHTLY);

export const INTERLEAVED_TRIGGERS = interleaved(
  ABOUT_TRIGGERS,
  scheduled('nightly', '0 2 * * *', { trigger: SHOP, concurrencyPolicy: 'Forbid' }),
);
