import { describe, expect, it } from '@jest/globals';
import type { JobSpec } from '../../lib/jobs/job.ts';
import { taskName } from '../../lib/platform/names.ts';
import { type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, round, statusOf } from '../support/reconcile-context.ts';
import { run } from '../support/task-situations.ts';

/** Ports with an hourly job that was created at noon; no function ran from then until the given time. */
const outage = async (until: string, spec: Partial<JobSpec> = {}): Promise<MemoryPorts> => {
  const ports = contextOf();
  await create(ports, spec);
  ports.setClock(at(until));
  return ports;
};
const minute = async (ports: MemoryPorts): Promise<void> => {
  await round(ports);
  ports.setClock(new Date(ports.now().getTime() + 60_000));
};
const reported = (ports: MemoryPorts) =>
  ports.bus.reported.filter(({ detailType }) => detailType === 'Run Missed').map(({ detail }) => detail);
const missed = (reason: string, newest: string, oldest?: string) => ({
  ...{ eventId: expect.any(String), space: SPACE, depth: 0, app: 'billing', job: 'nightly', reason },
  scheduledTime: at(newest).toISOString(),
  ...(oldest === undefined ? {} : { firstScheduledTime: at(oldest).toISOString() }),
});

describe('Run Missed', () => {
  it('is published once for an occurrence that is past its deadline', async () => {
    const ports = await outage('13:10:00', { startingDeadlineSeconds: 60 });
    for (let turn = 0; turn < 4; turn += 1) await minute(ports);
    expect(reported(ports)).toEqual([missed('TooLate', '13:00:00')]);
  });

  it('covers all occurrences of an outage in one event', async () => {
    const ports = await outage('17:10:00');
    for (let turn = 0; turn < 3; turn += 1) await minute(ports);
    expect(reported(ports)).toEqual([missed('Superseded', '16:00:00', '13:00:00')]);
    expect(ports.runs.names()).toHaveLength(1);
  });

  it('is published for an occurrence whose name another run had', async () => {
    const ports = await outage('13:01:30');
    const name = taskName('nightly', String(at('13:00:00').getTime() / 60_000));
    ports.runs.add({ ...run(), space: SPACE, name, ownerUid: 'of-another' });
    for (let turn = 0; turn < 3; turn += 1) await minute(ports);
    expect(reported(ports)).toEqual([missed('NameTaken', '13:00:00')]);
  });

  it('is not published where every occurrence ran', async () => {
    const ports = await outage('13:01:30');
    for (let turn = 0; turn < 3; turn += 1) await minute(ports);
    expect(reported(ports)).toEqual([]);
    expect((await statusOf(ports)).missed).toBeUndefined();
  });

  it('leaves out occurrences from before the schedule, and covers the next one too', async () => {
    const ports = await outage('13:10:00', { startingDeadlineSeconds: 60 });
    for (let turn = 0; turn < 3; turn += 1) await minute(ports);
    ports.setClock(at('15:10:00'));
    for (let turn = 0; turn < 3; turn += 1) await minute(ports);
    expect(reported(ports).map(({ scheduledTime }) => scheduledTime)).toEqual([
      at('13:00:00').toISOString(),
      at('15:00:00').toISOString(),
    ]);
  });

  it('is published once for a job whose status each reconcile writes first', async () => {
    const ports = contextOf({}, [], {}, 0);
    await create(ports, { schedule: { cron: '* * * * *', timeZone: 'UTC' } });
    ports.setClock(at('12:10:10'));
    for (let turn = 0; turn < 5; turn += 1) await minute(ports);
    expect(ports.runs.names()).toHaveLength(5);
    expect(reported(ports)).toEqual([missed('Superseded', '12:09:00', '12:01:00')]);
  });

  it('is published again with the same eventId after the status of the job could not be written', async () => {
    const ports = await outage('17:10:00');
    await minute(ports);
    const unwritten = () => Promise.reject(new Error('The cluster is out of reach.'));
    await round({ ...ports, jobs: { ...ports.jobs, writeStatus: unwritten } });
    await minute(ports);
    await minute(ports);
    const [one, other, ...more] = reported(ports);
    expect(more).toEqual([]);
    expect(one).toEqual(other);
  });
});
