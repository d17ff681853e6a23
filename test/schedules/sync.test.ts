import { describe, expect, it } from '@jest/globals';
import type { JobSpec } from '../../lib/jobs/job.ts';
import type { JobSchedule } from '../../lib/jobs/job-schedule.ts';
import { createJob, deleteJob, deleteJobSchedule, scheduleJob, suspendJob } from '../../lib/jobs/manage.ts';
import { suspendSpace } from '../../lib/jobs/suspend-space.ts';
import { ruleName } from '../../lib/schedules/rule-names.ts';
import { appOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const NOON = new Date('2026-11-25T12:00:10Z');
const ONE = new Date('2026-11-25T13:00:10Z');
const DAILY: JobSchedule = { cron: '0 2 * * *', timeZone: 'UTC' };
const HOURLY: JobSchedule = { cron: '0 * * * *', timeZone: 'UTC' };
const FRIDAY_13: JobSchedule = { cron: '0 0 13 * 5', timeZone: 'UTC' };

const SPEC: JobSpec = { app: 'billing', concurrencyPolicy: 'Always', suspend: false };

const portsWith = (): MemoryPorts => {
  const ports = memoryPorts({ apps: [appOf('billing', { command: 'bin/report' })] });
  ports.setClock(NOON);
  return ports;
};
const expressionsOf = async (ports: MemoryPorts): Promise<string[]> =>
  (await ports.rules.list()).flatMap(({ expression }) => expression ?? []);
const statusOf = async (ports: MemoryPorts) => (await ports.jobs.get(SPACE, 'nightly')).status;
const create = (ports: MemoryPorts, spec: Partial<JobSpec> = {}) =>
  createJob(ports, { space: SPACE, name: 'nightly', spec: { ...SPEC, ...spec } });

describe('createJob', () => {
  it('creates a job without rules', async () => {
    const ports = portsWith();
    await create(ports);
    expect(await expressionsOf(ports)).toEqual([]);
    expect(await ports.jobs.get(SPACE, 'nightly')).toMatchObject({ spec: { app: 'billing' } });
  });

  it('creates a job with a schedule, which starts from this call on', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    expect(await expressionsOf(ports)).toEqual(['cron(0 2 * * ? *)']);
    expect(await statusOf(ports)).toMatchObject({
      schedule: { ...DAILY, since: NOON, driver: 'rules' },
      nextScheduleTime: new Date('2026-11-26T02:00:00Z'),
      conditions: [{ type: 'Ready', status: 'True', reason: 'Scheduled' }],
    });
  });

  it('rejects an app that does not exist, and creates nothing', async () => {
    const ports = portsWith();
    await expect(create(ports, { app: 'other', schedule: DAILY })).rejects.toMatchObject({
      kind: 'invalid',
      fields: [{ field: 'app', message: 'App "other" is not in space "team-a": push it first.' }],
    });
    expect(await expressionsOf(ports)).toEqual([]);
    await expect(ports.jobs.get(SPACE, 'nightly')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('rejects a name that is taken, and leaves the schedule of that job', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    await expect(create(ports, { schedule: HOURLY })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await expressionsOf(ports)).toEqual(['cron(0 2 * * ? *)']);
  });
});

describe('scheduleJob', () => {
  const schedule = (ports: MemoryPorts, to: JobSchedule) =>
    scheduleJob(ports, { space: SPACE, job: 'nightly', ...to });

  it('returns the schedule that it replaced, and starts the new one from this call on', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    ports.setClock(ONE);
    expect(await schedule(ports, HOURLY)).toMatchObject({ replaced: DAILY });
    expect(await expressionsOf(ports)).toEqual(['cron(0 * * * ? *)']);
    expect((await statusOf(ports)).schedule).toMatchObject({ ...HOURLY, since: ONE });
  });

  it.each([
    ['the one that it had', 'Europe/Berlin', 'Europe/Berlin'],
    ['UTC where it had none', undefined, 'UTC'],
  ])('without a time zone keeps %s', async (_, timeZone, expected) => {
    const ports = portsWith();
    await create(ports, timeZone === undefined ? {} : { schedule: { cron: '0 2 * * *', timeZone } });
    const { job } = await scheduleJob(ports, { space: SPACE, job: 'nightly', cron: '0 3 * * *' });
    expect(job).toMatchObject({ spec: { schedule: { cron: '0 3 * * *', timeZone: expected } } });
  });

  it('changes nothing when the schedule is the same', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    const { schedule: before } = await statusOf(ports);
    ports.setClock(ONE);
    await schedule(ports, DAILY);
    expect((await statusOf(ports)).schedule).toEqual(before);
  });

  it('creates two rules where both day fields are restricted, and then one again', async () => {
    const ports = portsWith();
    await create(ports, { schedule: FRIDAY_13 });
    expect(await expressionsOf(ports)).toEqual(['cron(0 0 13 * ? *)', 'cron(0 0 ? * FRI *)']);
    await schedule(ports, DAILY);
    expect(await expressionsOf(ports)).toEqual(['cron(0 2 * * ? *)']);
  });

  it('fails when the job does not exist', async () => {
    await expect(schedule(portsWith(), DAILY)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it.each([
    [
      'the bus is full',
      (ports: MemoryPorts) => {
        ports.rules.busLimit = 0;
      },
    ],
    [
      'EventBridge is out of reach',
      (ports: MemoryPorts) => {
        ports.rules.outOfReach = true;
      },
    ],
  ])('falls back to polling where %s', async (_, hinder) => {
    const ports = portsWith();
    hinder(ports);
    await create(ports);
    await schedule(ports, DAILY);
    expect(await statusOf(ports)).toMatchObject({
      schedule: { ...DAILY, driver: 'polling' },
      conditions: [{ type: 'Ready', status: 'True' }],
    });
  });

  it('keeps to the limit of the stage, and never leaves one of two rules', async () => {
    const ports = { ...portsWith(), stage: { service: 'taskbridge', stage: 'test', maxRules: 1 } };
    await create(ports, { schedule: FRIDAY_13 });
    expect(await expressionsOf(ports)).toEqual([]);
    expect((await statusOf(ports)).schedule?.driver).toBe('polling');
    await schedule(ports, DAILY);
    expect((await statusOf(ports)).schedule?.driver).toBe('rules');
  });

  it('leaves a rule of another owner with its name', async () => {
    const ports = portsWith();
    const name = ruleName(ports.stage, SPACE, 'nightly', 0);
    ports.rules.stored.set(name, { expression: 'cron(1 1 * * ? *)', enabled: true, foreign: true });
    await create(ports, { schedule: DAILY });
    expect((await statusOf(ports)).schedule?.driver).toBe('polling');
  });
});

describe('suspendJob', () => {
  it('removes the rules, and starts a resumed schedule from its resumption on', async () => {
    const ports = portsWith();
    await create(ports, { schedule: HOURLY });
    await suspendJob(ports, { space: SPACE, job: 'nightly', suspend: true });
    expect(await expressionsOf(ports)).toEqual([]);
    expect(await statusOf(ports)).toMatchObject({ conditions: [{ status: 'False', reason: 'Suspended' }] });
    expect((await statusOf(ports)).schedule).toBeUndefined();
    ports.setClock(ONE);
    await suspendJob(ports, { space: SPACE, job: 'nightly', suspend: false });
    expect((await statusOf(ports)).schedule).toMatchObject({ ...HOURLY, since: ONE });
  });

  it('changes the other jobs of a space', async () => {
    const ports = portsWith();
    await create(ports, { schedule: HOURLY });
    await createJob(ports, { space: SPACE, name: 'other', spec: { ...SPEC, suspend: true } });
    expect(await suspendSpace(ports, { space: SPACE, suspend: true })).toEqual({ jobs: ['nightly'] });
    expect(await suspendSpace(ports, { space: SPACE, suspend: true })).toEqual({ jobs: [] });
    expect(await suspendSpace(ports, { space: SPACE, suspend: false })).toEqual({
      jobs: ['nightly', 'other'],
    });
  });
});

describe('deleteJobSchedule', () => {
  it('removes rules and schedule, and fails the second time', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    await deleteJobSchedule(ports, { space: SPACE, job: 'nightly' });
    expect(await expressionsOf(ports)).toEqual([]);
    expect(await statusOf(ports)).toMatchObject({ conditions: [{ status: 'True', reason: 'NotScheduled' }] });
    await expect(deleteJobSchedule(ports, { space: SPACE, job: 'nightly' })).rejects.toMatchObject({
      kind: 'notFound',
      message: 'Job "nightly" has no schedule.',
    });
  });
});

describe('deleteJob', () => {
  it('removes the rules', async () => {
    const ports = portsWith();
    await create(ports, { schedule: FRIDAY_13 });
    await deleteJob(ports, { space: SPACE, job: 'nightly' });
    expect(await expressionsOf(ports)).toEqual([]);
    await expect(ports.jobs.get(SPACE, 'nightly')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('deletes the job even while EventBridge is unavailable', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    ports.rules.outOfReach = true;
    await deleteJob(ports, { space: SPACE, job: 'nightly' });
    await expect(ports.jobs.get(SPACE, 'nightly')).rejects.toMatchObject({ kind: 'notFound' });
  });
});
