import type { AppliedJob } from '../lib/jobs/applied-job.ts';
import { formatCpu, formatDuration, formatSize } from '../lib/platform/quantities.ts';
import type { App, Job } from './api/responses.ts';
import { present, some } from './flags.ts';
import { unlessEmpty } from './placement-flags.ts';

type Env = Job['env'];
type WrittenJob = Pick<
  Job,
  | 'name'
  | 'command'
  | 'env'
  | 'resources'
  | 'timeout'
  | 'expectWithin'
  | 'trigger'
  | 'suspend'
  | 'concurrencyPolicy'
  | 'startingDeadlineSeconds'
> & {
  readonly schedule?:
    | { readonly cron?: string | undefined; readonly at?: string | undefined; readonly timeZone: string }
    | undefined;
};

/** Job of a file in the form of a response, with `suspended` where the file says nothing of it. */
export const toWritten = (
  { resources = {}, timeout, expectWithin, env, ...job }: AppliedJob,
  suspended = false,
): WrittenJob => ({
  ...job,
  env,
  suspend: job.suspend ?? suspended,
  timeout: timeout === undefined ? undefined : formatDuration(timeout),
  expectWithin: expectWithin === undefined ? undefined : formatDuration(expectWithin),
  resources: {
    cpu: resources.cpu === undefined ? undefined : formatCpu(resources.cpu),
    memory: resources.memory === undefined ? undefined : formatSize(resources.memory),
    disk: resources.disk === undefined ? undefined : formatSize(resources.disk),
  },
});

/** Job as a manifest has it, without what is the default. */
export const manifestJobOf = ({ name, command, schedule, env, resources = {}, ...job }: WrittenJob) =>
  present({
    name,
    command,
    schedule: schedule?.cron,
    at: schedule?.at,
    'time-zone': schedule?.timeZone === 'UTC' ? undefined : schedule?.timeZone,
    env: envOf(env),
    memory: resources.memory,
    'disk-quota': resources.disk,
    cpu: resources.cpu,
    timeout: job.timeout,
    'expect-within': job.expectWithin,
    'concurrency-policy': job.concurrencyPolicy === 'Always' ? undefined : job.concurrencyPolicy,
    'starting-deadline': job.startingDeadlineSeconds,
    suspend: job.suspend === true ? true : undefined,
    trigger:
      job.trigger &&
      present({
        bus: job.trigger.bus === 'default' ? undefined : job.trigger.bus,
        pattern: job.trigger.pattern,
      }),
  });

/** Variables by name. A value that is referred to is named, and never read. */
const envOf = (env: Env = []) =>
  unlessEmpty(Object.fromEntries(env.map(({ name, value = '', valueFrom }) => [name, valueFrom ?? value])));

/** Fields of an app that a manifest has no attribute for. */
const WITHOUT_ATTRIBUTE = [
  'serviceAccountName',
  'securityGroups',
  'labels',
  'taskTimeout',
  'pendingTimeout',
  'maxRunning',
  'taskRetention',
] as const;

/** App as a manifest has it, with its jobs; `missing`: what the manifest can't say. */
export function manifestAppOf(app: App, jobs: readonly Job[]) {
  const { resources, placement = { nodeSelector: {}, tolerations: [] } } = app;
  const attributes = present({
    name: app.name,
    docker: app.image === undefined ? undefined : { image: app.image },
    command: app.command,
    entrypoint: app.entrypoint,
    env: envOf(app.env),
    services: some(app.services.map(({ name }) => name)),
    memory: resources.memory,
    'disk-quota': resources.disk,
    cpu: resources.cpu,
    gpu: resources.gpu,
    'node-selector': unlessEmpty(placement.nodeSelector),
    tolerations: some(
      placement.tolerations.map(({ key, operator, value = '', effect }) =>
        operator === 'Exists' ? `${key}:${effect}` : `${key}=${value}:${effect}`,
      ),
    ),
    'priority-class': placement.priorityClassName,
    'runtime-class': placement.runtimeClassName,
    jobs: jobs.map(manifestJobOf),
  });
  const missing = WITHOUT_ATTRIBUTE.filter((field) => {
    const value = app[field];
    return typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined;
  });
  const services = app.services.some(
    ({ name, secretName, ...more }) => secretName !== name || Object.keys(more).length > 0,
  );
  return {
    attributes,
    missing: [...missing, ...(services ? ['services: their Secrets, labels, tags and plans'] : [])],
  };
}
