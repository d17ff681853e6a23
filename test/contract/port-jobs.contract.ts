import { beforeAll, describe, expect, it } from '@jest/globals';
import type { App } from '../../lib/apps/app.ts';
import type { Job, JobSpec } from '../../lib/jobs/job.ts';
import type { Jobs } from '../../lib/jobs/jobs.ts';

/** The port of jobs, and the app that they are of. */
export type JobsPlace = { readonly jobs: Jobs; readonly app: App };

const SPEC: JobSpec = {
  app: 'billing',
  command: 'bin/report',
  resources: { memory: 2 * 2 ** 30 },
  schedule: { cron: '0 2 * * *', timeZone: 'Europe/Berlin' },
  concurrencyPolicy: 'Forbid',
  suspend: false,
  startingDeadlineSeconds: 7200,
};

const minute = (number: number): Date => new Date(Date.UTC(2026, 10, 24, 21, number));

const STATUS = {
  schedule: {
    ...{ cron: '0 2 * * *', timeZone: 'Europe/Berlin' },
    since: minute(0),
    expressionsHash: 'abc',
    driver: 'rules',
  },
  lease: {
    ...{ occurrence: minute(1), replaces: ['nightly-29400000'] },
    ...{ holderIdentity: 'a0b1c2', renewTime: minute(1) },
  },
  lastScheduleTime: minute(1),
  lastSuccessfulTime: minute(2),
  nextScheduleTime: minute(3),
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Scheduled',
      message: 'It runs.',
      lastTransitionTime: minute(0),
    },
    {
      type: 'OnTime',
      status: 'False',
      reason: 'Waiting',
      message: 'It waits.',
      lastTransitionTime: minute(1),
    },
  ],
} as const;

/** Contract of the port of jobs: the one in memory and the one over a cluster keep it alike. */
export const portOfJobs = (place: () => JobsPlace) =>
  describe('the port of jobs', () => {
    const { jobs } = { jobs: (): Jobs => place().jobs };
    const create = (name: string, nonce = `nonce-of-${name}`, spec = SPEC): Promise<Job> =>
      jobs().create(place().app, name, spec, nonce);
    const get = (name: string) => jobs().get(place().app.space, name);

    beforeAll(() => create('made'));

    it('returns a job as it was created', async () => {
      const job = await get('made');
      expect(job).toMatchObject({ name: 'made', spec: SPEC, status: { conditions: [] }, deleting: false });
      expect(await create('made')).toEqual(job);
    });

    it('refuses a name that is taken', async () => {
      await expect(create('made', 'another')).rejects.toMatchObject({
        kind: 'conflict',
        message: expect.stringContaining('Job "made" is in space'),
      });
    });

    it('finds no job that was not created', async () => {
      await expect(get('never')).rejects.toMatchObject({
        kind: 'notFound',
        message: `Job "never" is not in space "${place().app.space}".`,
      });
    });

    it('changes fields, removes some and leaves others', async () => {
      const job = await create('changed');
      const resources = { cpu: 500 };
      const changed = await jobs().change(job, {
        ...{ suspend: true, resources, startingDeadlineSeconds: null, command: undefined },
        schedule: { cron: '@daily', timeZone: 'UTC' },
      });
      const { startingDeadlineSeconds: _, ...rest } = SPEC;
      const spec = { ...rest, resources, suspend: true, schedule: { cron: '@daily', timeZone: 'UTC' } };
      expect(changed).toMatchObject({ uid: job.uid, spec });
      expect(await get('changed')).toEqual(changed);
      expect(await jobs().change(job, { suspend: true, schedule: null })).not.toHaveProperty('spec.schedule');
    });

    it('updates a job over the version that was read, each resource by itself', async () => {
      const job = await create('updated');
      const resources = { cpu: 500, memory: null };
      const updated = await jobs().update(job, { resources, command: null });
      expect(updated).toMatchObject({ uid: job.uid });
      expect(updated).toMatchObject({ spec: { resources: { cpu: 500 } } });
      expect(updated).not.toHaveProperty('spec.command');
      expect(updated).not.toHaveProperty('spec.resources.memory');
      expect(await get('updated')).toEqual(updated);
      expect(await jobs().update(job, { command: 'ls' })).toBe('conflict');
      await jobs().delete(job);
      await expect(jobs().update(job, { command: 'ls' })).rejects.toMatchObject({ kind: 'notFound' });
    });

    it('keeps the version when a change changes nothing', async () => {
      const job = await create('unchanged');
      expect(await jobs().change(job, { suspend: false })).toEqual(job);
      const written = await jobs().writeStatus(job, STATUS);
      if (written === 'conflict' || written === 'gone') throw new Error(written);
      expect(await jobs().writeStatus(written, STATUS)).toEqual(written);
    });

    it('writes a status, part by part', async () => {
      const job = await create('status');
      const written = await jobs().writeStatus(job, STATUS);
      expect(written).toMatchObject({ spec: SPEC, status: STATUS });
      expect(await get('status')).toEqual(written);
      if (written === 'conflict' || written === 'gone') throw new Error(written);

      const { lease, ...kept } = STATUS;
      const [ready] = STATUS.conditions;
      const change = { lease: null, nextScheduleTime: undefined, conditions: [ready] };
      const second = await jobs().writeStatus(written, change);
      expect(second).toMatchObject({ status: { ...kept, conditions: [ready] } });
      expect(second).not.toHaveProperty('status.lease', expect.anything());
    });

    it('writes a lease without a holder over one that has it', async () => {
      const job = await create('released');
      const written = await jobs().writeStatus(job, STATUS);
      if (written === 'conflict' || written === 'gone') throw new Error(written);
      const { occurrence, replaces } = STATUS.lease;
      await jobs().writeStatus(written, { lease: { occurrence, replaces } });
      const { status } = await get('released');
      expect(JSON.parse(JSON.stringify(status.lease))).toEqual(
        JSON.parse(JSON.stringify({ occurrence, replaces })),
      );
    });

    it('writes a schedule without a hash over one that has it', async () => {
      const job = await create('polled');
      const written = await jobs().writeStatus(job, STATUS);
      if (written === 'conflict' || written === 'gone') throw new Error(written);
      const { expressionsHash: _, ...schedule } = { ...STATUS.schedule, driver: 'polling' as const };
      const polled = await jobs().writeStatus(written, { schedule });
      expect(polled).toMatchObject({ status: { schedule: { driver: 'polling' } } });
      expect(polled).not.toHaveProperty('status.schedule.expressionsHash', 'abc');
    });

    it.each([
      ['a change of the spec', (job: Job) => jobs().change(job, { suspend: true })],
      ['a status', (job: Job) => jobs().writeStatus(job, { lastScheduleTime: minute(9) })],
    ])('meets a conflict with %s, and with its own repeat', async (what, write) => {
      const job = await create(`conflict-with-${what.length}`);
      await write(job);
      const status = { lastScheduleTime: minute(1) };
      expect(await jobs().writeStatus(job, status)).toBe('conflict');
      const read = await get(job.name);
      expect(await jobs().writeStatus(read, status)).toMatchObject({ status });
      expect(await jobs().writeStatus(read, status)).toBe('conflict');
    });

    it('keeps spec and status apart', async () => {
      const job = await create('apart');
      await jobs().writeStatus(job, STATUS);
      expect(await jobs().change(job, { suspend: true })).toMatchObject({
        spec: { ...SPEC, suspend: true },
        status: STATUS,
      });
    });

    it('deletes a job; repeating that is safe', async () => {
      const job = await create('deleted');
      await jobs().delete(job);
      await jobs().delete(job);
      await expect(get('deleted')).rejects.toMatchObject({ kind: 'notFound' });
      await expect(jobs().change(job, { suspend: true })).rejects.toMatchObject({ kind: 'notFound' });
      expect(await jobs().writeStatus(job, { lease: null })).toBe('gone');
    });

    it('distinguishes a new job of the same name from the deleted one', async () => {
      const old = await create('again', 'first');
      await jobs().delete(old);
      const job = await create('again', 'second');
      expect(job.uid).not.toBe(old.uid);
      await expect(jobs().change(old, { suspend: true })).rejects.toMatchObject({
        kind: 'notFound',
        message: `Job "again" is not in space "${place().app.space}".`,
      });
      expect(await jobs().writeStatus(old, { lease: null })).toBe('conflict');
      await jobs().delete(old);
      expect(await get('again')).toEqual(job);
    });

    it('lists by name, in parts', async () => {
      const { space } = place().app;
      const all = await jobs().list(space, { limit: 500 });
      const names = all.items.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['apart', 'made', 'unchanged']));
      expect(names).toEqual(names.toSorted());
      const first = await jobs().list(space, { limit: 2 });
      const second = await jobs().list(space, { limit: 2, after: first.next });
      expect([...first.items, ...second.items]).toEqual(all.items.slice(0, 4));
    });
  });
