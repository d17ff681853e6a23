import { idempotentId, taskName } from '../../../lib/platform/names.ts';
import { isRecord } from '../../../local/kubernetes/object.ts';
import { UPLOADED } from '../../support/building.ts';
import type { Environment } from '../harness/environment.ts';
import { http, type Request } from '../harness/requests.ts';

const IMAGE = 'registry.example/billing:1';
export const DAILY = '0 2 * * *';

/** A day of month or a day of week: two rules. */
export const TWO_RULES = '0 2 13 * 5';

/** Sends requests of another client, without faults, before the scenario. */
export async function given(environment: Environment, ...requests: readonly Request[]): Promise<void> {
  for (const request of requests) {
    const { ok, what, bug } = await environment.other.call(request);
    if (!ok) throw new Error(`Not given: ${JSON.stringify(request.event)} ${what} ${bug ?? ''}`);
    await environment.cluster.quiet();
  }
}

export const push = (spec: object = {}, app = 'billing'): Request =>
  http(`PUT /apps/${app}`, { body: { image: IMAGE, command: 'bin/migrate', ...spec } });

/** A push of the source that was uploaded; `more`: what makes another source of it. */
export const pushSource = (more: object = {}, spec: object = {}): Request =>
  http('PUT /apps/billing', {
    body: { source: { sha256: UPLOADED, ...more }, command: 'bin/migrate', ...spec },
  });

export const createJob = (name: string, spec: object = {}): Request =>
  http('POST /jobs', { body: { name, app: 'billing', command: 'bin/report', ...spec } });

export const scheduled = (name: string, cron = DAILY, spec: object = {}): Request =>
  createJob(name, { schedule: { cron }, ...spec });

export const runTask = (key?: string, app = 'billing'): Request =>
  http(`POST /apps/${app}/tasks`, { body: { command: 'bin/once' }, ...(key === undefined ? {} : { key }) });

/** A task of the app at a time, and the name of the job that runs it. */
export const runLater = (at: string, key = 'key-1'): Request =>
  http('POST /apps/billing/tasks/later', { body: { command: 'bin/once', at }, key });
export const laterJob = (key = 'key-1'): string =>
  taskName('billing', `at-${idempotentId('run-later', 'billing', key)}`);

export const runJob = (job: string, key?: string): Request =>
  http(`POST /jobs/${job}/run`, { body: {}, ...(key === undefined ? {} : { key }) });

/** Backfill of the nights from a day to 2026-11-22, those older than the oldest task that is kept too. */
export const backfill = (from: string): Request =>
  http('POST /jobs/nightly/backfill', { body: { from, to: '2026-11-22', again: true } });

/** The jobs of `billing` as a file has them. */
export const apply = (jobs: readonly object[]): Request =>
  http('PUT /apps/billing/jobs', { body: { jobs, prune: true } });

/** The Secret of a service binding. */
export const bindingSecret = (name: string, password = 'secret') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data: { uri: Buffer.from(`postgres://user:${password}@db/orders`).toString('base64') },
});

export const ORDERS = { services: [{ name: 'orders', secretName: 'orders-binding', label: 'postgres' }] };

const apiVersion = 'taskbridge.dev/v1alpha1';

/** An App as `kubectl apply` makes it. */
export const appByKubectl = (name: string, spec: object = {}) => ({
  ...{ apiVersion, kind: 'App', metadata: { name } },
  spec: { image: IMAGE, command: 'bin/migrate', ...spec },
});

/** Job as `kubectl apply` creates it: without an owner. */
export const jobByKubectl = (name: string, spec: object = {}) => ({
  ...{ apiVersion, kind: 'Job', metadata: { name } },
  spec: { app: 'billing', command: 'bin/report', ...spec },
});

/** Changes fields of a Job's spec as `kubectl edit` would. */
export function edit(environment: Environment, name: string, spec: object): void {
  const job = environment.cluster.objects('jobs').find(({ metadata }) => metadata.name === name);
  if (job === undefined) throw new Error(`There is no job ${name}.`);
  const { uid, ownerReferences } = job.metadata;
  environment.cluster.apply({
    ...{ apiVersion, kind: 'Job', metadata: { name, uid, ownerReferences } },
    spec: { ...(isRecord(job.spec) ? job.spec : {}), ...spec },
  });
}

/** Name of the one task. */
export function onlyTask(environment: Environment): string {
  const [run, ...more] = environment.cluster.objects('pipelineruns');
  if (run === undefined || more.length > 0) throw new Error(`There are ${more.length + 1} tasks, or none.`);
  return run.metadata.name;
}
