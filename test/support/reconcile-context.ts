import type { AppSpec } from '../../lib/apps/app.ts';
import type { EventStage } from '../../lib/events/trigger-rules.ts';
import type { InvalidJob, JobSpec } from '../../lib/jobs/job.ts';
import type { JobSchedule } from '../../lib/jobs/job-schedule.ts';
import { createJob } from '../../lib/jobs/manage.ts';
import { reconcile } from '../../lib/reconcile/reconcile.ts';
import { appOf, type jobOf, type MemoryPorts, memoryPorts, SPACE } from './memory-ports.ts';

export const at = (text: string): Date => new Date(`2026-11-25T${text}Z`);
export const HOURLY: JobSchedule = { cron: '0 * * * *', timeZone: 'UTC' };

export const contextOf = (
  spec: Partial<AppSpec> = {},
  jobs: readonly (ReturnType<typeof jobOf> | InvalidJob)[] = [],
  sources: EventStage['sources'] = {},
  maxRules = 100,
): MemoryPorts => {
  const apps = [appOf('billing', { command: 'bin/report', ...spec })];
  const ports = memoryPorts({ apps, jobs, sources, maxRules });
  ports.setClock(at('12:00:30'));
  return ports;
};
export const round = (ports: MemoryPorts) =>
  reconcile(ports, { until: new Date(ports.now().getTime() + 50_000) });
export const create = (ports: MemoryPorts, spec: Partial<JobSpec> = {}, name = 'nightly') =>
  createJob(ports, {
    space: SPACE,
    name,
    spec: { app: 'billing', concurrencyPolicy: 'Always', suspend: false, schedule: HOURLY, ...spec },
  });
export const statusOf = async (ports: MemoryPorts, name = 'nightly') =>
  (await ports.jobs.get(SPACE, name)).status;
