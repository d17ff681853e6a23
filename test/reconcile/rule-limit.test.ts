import { describe, expect, it } from '@jest/globals';
import type { JobSchedule } from '../../lib/jobs/job-schedule.ts';
import { createJob } from '../../lib/jobs/manage.ts';
import { reconcile } from '../../lib/reconcile/reconcile.ts';
import { appOf, jobOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const HOURLY: JobSchedule = { cron: '0 * * * *', timeZone: 'UTC' };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

const portsWith = (jobs: readonly ReturnType<typeof jobOf>[] = []): MemoryPorts => {
  const ports = memoryPorts({ apps: [appOf('billing', { command: 'bin/report' })], jobs });
  ports.setClock(new Date('2026-11-25T12:00:30Z'));
  return ports;
};
const round = (ports: MemoryPorts, maxRules: number) =>
  reconcile(
    { ...ports, stage: { ...ports.stage, maxRules } },
    { until: new Date(ports.now().getTime() + 50_000) },
  );
const driversOf = (ports: MemoryPorts): readonly (string | undefined)[] =>
  NAMES.map((name) => ports.jobs.stored(name)?.status.schedule?.driver).toSorted();

describe('the rules that a stage may have', () => {
  it('are not exceeded by many jobs that come at once', async () => {
    const ports = portsWith(NAMES.map((name) => jobOf(name, { schedule: HOURLY })));
    expect(await round(ports, 3)).toEqual({ synced: 7 });
    expect(await ports.rules.list()).toHaveLength(3);
    expect(driversOf(ports)).toEqual([...Array(4).fill('polling'), ...Array(3).fill('rules')]);
  });

  it('fall back to polling where there are too many', async () => {
    const ports = portsWith();
    for (const name of NAMES) {
      const spec = { app: 'billing', concurrencyPolicy: 'Always', suspend: false, schedule: HOURLY } as const;
      await createJob(ports, { space: SPACE, name, spec });
    }
    expect(await round(ports, 5)).toEqual({ synced: 2, notDue: 2 });
    expect(await ports.rules.list()).toHaveLength(5);
    expect(driversOf(ports)).toEqual([...Array(2).fill('polling'), ...Array(5).fill('rules')]);
    expect(await round(ports, 5)).toEqual({});
  });
});
