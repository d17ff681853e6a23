import { describe, expect, it } from '@jest/globals';
import type { JobSchedule, JobSpec } from '../../lib/jobs/job.ts';
import {
  createJob,
  deleteJob,
  deleteJobSchedule,
  scheduleJob,
  suspendJob,
  suspendSpace,
} from '../../lib/jobs/manage.ts';
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
  it('makes a job without rules', async () => {
    const ports = portsWith();
    await create(ports);
    expect(await expressionsOf(ports)).toEqual([]);
    expect(await ports.jobs.get(SPACE, 'nightly')).toMatchObject({ spec: { app: 'billing' } });
  });

  it('makes one with a schedule, which counts from now on', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    expect(await expressionsOf(ports)).toEqual(['cron(0 2 * * ? *)']);
    expect(await statusOf(ports)).toMatchObject({
      schedule: { ...DAILY, since: NOON, driver: 'rules' },
      nextScheduleTime: new Date('2026-11-26T02:00:00Z'),
      conditions: [{ type: 'Ready', status: 'True', reason: 'Scheduled' }],
    });
  });

  it('refuses an app that is not there, and makes nothing', async () => {
    const ports = portsWith();
    await expect(create(ports, { app: 'other', schedule: DAILY })).rejects.toMatchObject({
      kind: 'invalid',
      fields: [{ field: 'app', message: 'App "other" is not in space "team-a": push it first.' }],
    });
    expect(await expressionsOf(ports)).toEqual([]);
    await expect(ports.jobs.get(SPACE, 'nightly')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('refuses a name that is taken, and leaves that job its schedule', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    await expect(create(ports, { schedule: HOURLY })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await expressionsOf(ports)).toEqual(['cron(0 2 * * ? *)']);
  });
});

describe('scheduleJob', () => {
  const schedule = (ports: MemoryPorts, to: JobSchedule) =>
    scheduleJob(ports, { space: SPACE, job: 'nightly', schedule: to });

  it('says what it replaced, and the new one counts from now on', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    ports.setClock(ONE);
    expect(await schedule(ports, HOURLY)).toMatchObject({ replaced: DAILY });
    expect(await expressionsOf(ports)).toEqual(['cron(0 * * * ? *)']);
    expect((await statusOf(ports)).schedule).toMatchObject({ ...HOURLY, since: ONE });
  });

  it('of the same one changes nothing', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    const { schedule: before } = await statusOf(ports);
    ports.setClock(ONE);
    await schedule(ports, DAILY);
    expect((await statusOf(ports)).schedule).toEqual(before);
  });

  it('makes two rules where both day fields are restricted, and one again', async () => {
    const ports = portsWith();
    await create(ports, { schedule: FRIDAY_13 });
    expect(await expressionsOf(ports)).toEqual(['cron(0 0 13 * ? *)', 'cron(0 0 ? * FRI *)']);
    await schedule(ports, DAILY);
    expect(await expressionsOf(ports)).toEqual(['cron(0 2 * * ? *)']);
  });

  it('of a job that is not there is refused', async () => {
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
  ])('is driven by the sweep where %s', async (_, hinder) => {
    const ports = portsWith();
    hinder(ports);
    await create(ports);
    await schedule(ports, DAILY);
    expect(await statusOf(ports)).toMatchObject({
      schedule: { ...DAILY, driver: 'polling' },
      conditions: [{ type: 'Ready', status: 'True' }],
    });
  });

  it('keeps to the limit of the stage, and leaves no half of a pair', async () => {
    const ports = { ...portsWith(), stage: { service: 'taskbridge', stage: 'test', maxRules: 1 } };
    await create(ports, { schedule: FRIDAY_13 });
    expect(await expressionsOf(ports)).toEqual([]);
    expect((await statusOf(ports)).schedule?.driver).toBe('polling');
    await schedule(ports, DAILY);
    expect((await statusOf(ports)).schedule?.driver).toBe('rules');
  });

  it('leaves a rule alone that somebody else made under its name', async () => {
    const ports = portsWith();
    const name = ruleName(ports.stage, SPACE, 'nightly', 0);
    ports.rules.stored.set(name, { expression: 'cron(1 1 * * ? *)', enabled: true, foreign: true });
    await create(ports, { schedule: DAILY });
    expect((await statusOf(ports)).schedule?.driver).toBe('polling');
  });
});

describe('suspendJob', () => {
  it('takes the rules away, and a resumed schedule counts from then on', async () => {
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

  it('of a space changes the jobs that are not so yet', async () => {
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
  it('takes rules and schedule away, and refuses a second time', async () => {
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
  it('takes the rules along', async () => {
    const ports = portsWith();
    await create(ports, { schedule: FRIDAY_13 });
    await deleteJob(ports, { space: SPACE, job: 'nightly' });
    expect(await expressionsOf(ports)).toEqual([]);
    await expect(ports.jobs.get(SPACE, 'nightly')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('deletes the job also while EventBridge is out of reach', async () => {
    const ports = portsWith();
    await create(ports, { schedule: DAILY });
    ports.rules.outOfReach = true;
    await deleteJob(ports, { space: SPACE, job: 'nightly' });
    await expect(ports.jobs.get(SPACE, 'nightly')).rejects.toMatchObject({ kind: 'notFound' });
  });
});
