import { describe, expect, it } from '@jest/globals';
import { deleteApp } from '../../lib/apps/delete.ts';
import type { InvalidJob } from '../../lib/jobs/job.ts';
import { ANNOTATION } from '../../lib/platform/labels.ts';
import { occurrenceId } from '../../lib/platform/names.ts';
import { newReconciler, reconcile } from '../../lib/reconcile/reconcile.ts';
import { ruleName } from '../../lib/schedules/rule-names.ts';
import { jobOf, type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, HOURLY, round, statusOf } from '../support/reconcile-context.ts';

const rulesOf = async (ports: MemoryPorts) => (await ports.rules.list()).map(({ expression }) => expression);
const RULE = ruleName({ service: 'taskbridge', stage: 'test' }, SPACE, 'nightly', 0);

describe('a round of the reconcile', () => {
  it('does nothing where all is well', async () => {
    const ports = contextOf();
    await create(ports);
    const { version } = await ports.jobs.get(SPACE, 'nightly');
    expect(await round(ports)).toEqual({});
    expect((await ports.jobs.get(SPACE, 'nightly')).version).toBe(version);
  });

  it('runs what a rule missed once it is a minute old, and not before', async () => {
    const ports = contextOf();
    await create(ports);
    ports.setClock(at('13:00:59'));
    expect(await round(ports)).toEqual({});
    ports.setClock(at('13:01:00'));
    expect(await round(ports)).toEqual({ started: 1 });
    expect(await round(ports)).toEqual({});
  });

  it.each(['00', '05', '29', '31', '59'])(
    'runs what a rule missed although more is due soon, when it comes at second %s of each minute',
    async (second) => {
      const ports = contextOf();
      await create(ports, { schedule: { cron: '*/2 * * * *', timeZone: 'UTC' } });
      for (const minute of ['02', '03', '04', '05']) {
        ports.setClock(at(`12:${minute}:${second}`));
        await round(ports);
      }
      expect(ports.runs.names()).toEqual(
        ['12:02', '12:04'].map((time) => `nightly-${occurrenceId(at(`${time}:00`))}`),
      );
    },
  );

  it('runs a job that it drives itself at once', async () => {
    const ports = contextOf();
    ports.rules.busLimit = 0;
    await create(ports);
    ports.setClock(at('13:00:02'));
    expect(await round(ports)).toEqual({ started: 1 });
  });

  it('starts each task with a trace of its own', async () => {
    const traceparent = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';
    const ports = { ...contextOf(), trace: { traceparent } };
    for (const name of ['nightly', 'report']) await create(ports, {}, name);
    ports.setClock(at('13:01:00'));
    const until = at('13:01:50');
    expect(await newReconciler()(ports, { until })).toEqual({ started: 2 });
    const traces = ports.runs
      .names()
      .map((name) => ports.runs.stored(name)?.annotations[ANNOTATION.traceparent]);
    expect(new Set([...traces, traceparent]).size).toBe(3);
  });

  it('applies a Job that kubectl created', async () => {
    const ports = contextOf({}, [jobOf('nightly', { schedule: HOURLY })]);
    expect(await round(ports)).toEqual({ synced: 1 });
    expect(await rulesOf(ports)).toEqual(['cron(0 * * * ? *)']);
    expect((await statusOf(ports)).schedule).toMatchObject({ since: at('12:00:30'), driver: 'rules' });
  });

  it('never fires a new schedule by the last run of the old one', async () => {
    const ports = contextOf();
    await create(ports);
    ports.setClock(at('13:02:00'));
    await round(ports);
    const job = await ports.jobs.get(SPACE, 'nightly');
    ports.setClock(at('15:30:00'));
    await ports.jobs.change(job, { schedule: { cron: '* * * * *', timeZone: 'UTC' } });
    expect(await round(ports)).toMatchObject({ synced: 1 });
    expect(ports.runs.names()).toHaveLength(1);
  });

  it.each([
    ['deleted', undefined],
    ['disabled', { enabled: false }],
    ['changed', { expression: 'cron(0 1 * * ? *)' }],
  ])('repairs a rule that was %s by hand', async (_, edit) => {
    const ports = contextOf();
    await create(ports);
    const rule = ports.rules.stored.get(RULE);
    if (rule !== undefined && edit !== undefined) ports.rules.stored.set(RULE, { ...rule, ...edit });
    else ports.rules.stored.delete(RULE);
    expect(await round(ports)).toMatchObject({ synced: 1 });
    expect(await ports.rules.list()).toEqual([
      { name: RULE, expression: 'cron(0 * * * ? *)', enabled: true },
    ]);
  });

  it('catches up once on a job whose rule was gone for a day', async () => {
    const ports = contextOf();
    await create(ports, { schedule: { cron: '* * * * *', timeZone: 'UTC' } });
    ports.rules.stored.delete(RULE);
    ports.setClock(new Date('2026-11-26T12:00:30Z'));
    expect(await round(ports)).toEqual({ synced: 1, started: 1 });
    expect(ports.runs.names()).toHaveLength(1);
  });

  it('removes rules without a job, and of a job that is suspended', async () => {
    const ports = contextOf();
    await create(ports);
    const gone = ruleName(ports.stage, SPACE, 'gone', 0);
    ports.rules.stored.set(gone, {
      expression: 'cron(1 * * * ? *)',
      enabled: true,
      space: SPACE,
      job: 'gone',
    });
    expect(await round(ports)).toEqual({ rulesRemoved: 1 });
    await ports.jobs.change(await ports.jobs.get(SPACE, 'nightly'), { suspend: true });
    expect(await round(ports)).toEqual({ synced: 1 });
    expect(await rulesOf(ports)).toEqual([]);
  });

  it('gives a job rules again within the hour once they fit', async () => {
    const ports = contextOf();
    ports.rules.busLimit = 0;
    await create(ports);
    ports.rules.busLimit = 300;
    for (let minute = 1; minute <= 60; minute += 1) {
      ports.setClock(new Date(at('12:00:30').getTime() + minute * 60_000));
      await round(ports);
    }
    expect((await statusOf(ports)).schedule?.driver).toBe('rules');
  });

  it('lets one bad job stop no other', async () => {
    const broken: InvalidJob = {
      ...jobOf('broken'),
      written: { app: 'billing' },
      problems: [{ field: 'spec.schedule.cron', message: '"nope" has 1 field.' }],
    };
    const { spec: _, ...brokenJob } = { spec: undefined, ...broken };
    const ports = contextOf({}, [
      brokenJob,
      jobOf('lost', { app: 'other' }),
      jobOf('nightly', { schedule: HOURLY }),
    ]);
    const { writeStatus } = ports.jobs;
    ports.jobs.writeStatus = async (job, change) => {
      if (job.name === 'lost') throw new Error('an internal error');
      return writeStatus(job, change);
    };
    expect(await round(ports)).toEqual({ synced: 1, conditionsUpdated: 1, errors: 1 });
    expect((await statusOf(ports, 'broken')).conditions).toMatchObject([
      {
        type: 'Ready',
        status: 'False',
        reason: 'Invalid',
        message: 'spec.schedule.cron: "nope" has 1 field.',
      },
    ]);
  });

  it('says that an app is gone, and that it is back', async () => {
    const ports = contextOf({}, [jobOf('nightly', { app: 'other' })]);
    expect(await round(ports)).toEqual({ conditionsUpdated: 1 });
    expect((await statusOf(ports)).conditions).toMatchObject([{ status: 'False', reason: 'AppGone' }]);
    await ports.apps.put(SPACE, 'other', { image: 'busybox', command: 'true' }, 'nonce');
    expect(await round(ports)).toEqual({ conditionsUpdated: 1 });
    expect((await statusOf(ports)).conditions).toMatchObject([{ status: 'True', reason: 'NotScheduled' }]);
  });

  it('begins nothing when its time is up', async () => {
    const ports = contextOf({}, [jobOf('nightly', { schedule: HOURLY })]);
    expect(await reconcile(ports, { until: ports.now() })).toEqual({ deferred: 3 });
    expect(await rulesOf(ports)).toEqual([]);
  });

  it('runs jobs also while EventBridge is out of reach', async () => {
    const ports = contextOf();
    await create(ports);
    ports.rules.outOfReach = true;
    ports.setClock(at('13:02:00'));
    expect(await round(ports)).toEqual({ started: 1 });
  });
});

describe('deleteApp', () => {
  it('takes jobs along that it does not own, and the reconcile their rules', async () => {
    const ports = contextOf({}, [jobOf('nightly', { schedule: HOURLY }), jobOf('other', { app: 'other' })]);
    await round(ports);
    await deleteApp(ports, { space: SPACE, app: 'billing' });
    await expect(ports.jobs.get(SPACE, 'nightly')).rejects.toMatchObject({ kind: 'notFound' });
    expect(await round(ports)).toMatchObject({ rulesRemoved: 1 });
    expect((await ports.jobs.get(SPACE, 'other')).name).toBe('other');
  });
});
