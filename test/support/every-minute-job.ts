import type { AppSpec } from '../../lib/apps/app.ts';
import type { ConcurrencyPolicy, JobSpec, JobStatus } from '../../lib/jobs/job.ts';
import { runDue } from '../../lib/jobs/run-due.ts';
import { occurrenceId } from '../../lib/platform/names.ts';
import { appOf, jobOf, type MemoryPorts, memoryPorts, SPACE } from './memory-ports.ts';

export const at = (text: string): Date => new Date(`2026-11-25T${text}Z`);
export const nameAt = (text: string): string => `nightly-${occurrenceId(at(text))}`;

/** An every-minute job that last ran at 11:58. */
export const portsWith = (
  policy: ConcurrencyPolicy,
  now: string,
  more: { status?: Partial<JobStatus>; spec?: Partial<JobSpec>; app?: Partial<AppSpec> } = {},
) => {
  const schedule = { cron: '* * * * *', timeZone: 'UTC' };
  const job = jobOf(
    'nightly',
    { schedule, concurrencyPolicy: policy, ...more.spec },
    {
      schedule: { ...schedule, since: at('00:00:30'), driver: 'rules' },
      lastScheduleTime: at('11:58:00'),
      ...more.status,
    },
  );
  const ports = memoryPorts({
    apps: [appOf('billing', { command: 'bin/report', ...more.app })],
    jobs: [job],
  });
  ports.setClock(at(now));
  return ports;
};

export const run = async (ports: MemoryPorts): Promise<string[]> => {
  const results = await runDue(ports, { space: SPACE, job: 'nightly', moment: ports.now(), timeoutMs: 0 });
  return results.map(({ outcome, occurrence }) =>
    `${outcome} ${occurrence?.toISOString().slice(11, 16) ?? ''}`.trim(),
  );
};
export const statusOf = async (ports: MemoryPorts) => (await ports.jobs.get(SPACE, 'nightly')).status;

export const RUNNING = { condition: { status: 'Unknown' as const, reason: 'Running' } };
