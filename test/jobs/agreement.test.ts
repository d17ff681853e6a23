import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { validApp } from '../../lib/apps/app.ts';
import { createTrigger, deleteTrigger } from '../../lib/events/manage-triggers.ts';
import type { Trigger } from '../../lib/events/trigger.ts';
import type { InvalidJob, Job, JobSpec } from '../../lib/jobs/job.ts';
import { deleteJobSchedule, runJob, scheduleJob, suspendJob } from '../../lib/jobs/manage.ts';
import { suspendSpace } from '../../lib/jobs/suspend-space.ts';
import { updateJob } from '../../lib/jobs/update.ts';
import { appOf, jobOf, type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, HOURLY, round } from '../support/reconcile-context.ts';

const NAME = 'nightly';
const APP = { space: SPACE, name: 'billing' };
const OF_JOB = { space: SPACE, job: NAME };
const SOURCES = { '*': { default: ['aws.s3'] } };
const S3: Trigger = { bus: 'default', pattern: { source: ['aws.s3'] } };
const REFUSED: Trigger = { bus: 'default', pattern: { source: ['aws.s3'], id: [{ like: 'a' }] } };

/** Statements of a Job's fields and conditions that contradict each other, by the words of `docs/troubleshooting.md`. */
async function contradictions(ports: MemoryPorts): Promise<readonly string[]> {
  const job = await ports.jobs.get(SPACE, NAME);
  const app = await ports.apps.find(APP.space, APP.name);
  const { conditions, nextScheduleTime } = job.status;
  const found = (wanted: string) => conditions.find(({ type }) => type === wanted);
  const spec = 'spec' in job ? job.spec : undefined;
  const isOn = spec !== undefined && !spec.suspend;
  const canRun = isOn && app !== undefined && 'spec' in app && found('Triggered')?.status !== 'False';
  const facts: readonly (readonly [says: string, agrees: boolean])[] = [
    [`Ready is ${canRun}`, found('Ready')?.status === (canRun ? 'True' : 'False')],
    ['a suspended job has no next run', isOn || nextScheduleTime === undefined],
    [
      'a scheduled job has a next run',
      !isOn || (nextScheduleTime === undefined) === (spec.schedule === undefined),
    ],
    ['OnTime is of a schedule', found('OnTime') === undefined || (isOn && spec.schedule !== undefined)],
    ['Triggered is of a trigger', found('Triggered') === undefined || (isOn && spec.trigger !== undefined)],
    [
      'conditions are of this generation',
      conditions.every((one) => one.observedGeneration === job.generation),
    ],
  ];
  return facts.flatMap(([says, agrees]) => (agrees ? [] : [says]));
}

const readyOf = async ({ jobs }: MemoryPorts) =>
  (await jobs.get(SPACE, NAME)).status.conditions.find(({ type }) => type === 'Ready');

/** What users and kubectl do to a job and its app. `verb`: through the API, so that all agrees at once. */
type Step = {
  readonly by: 'verb' | 'kubectl';
  readonly does: string;
  readonly run: (ports: MemoryPorts) => Promise<unknown>;
};

const verb = (does: string, run: Step['run']): Step => ({ by: 'verb', does, run });
const edit = (does: string, spec: Parameters<MemoryPorts['jobs']['change']>[1]): Step => ({
  by: 'kubectl',
  does,
  run: async ({ jobs }) => jobs.change(await jobs.get(SPACE, NAME), spec),
});

const suspend = (suspended: boolean): Step =>
  verb(`suspend ${suspended}`, (ports) => suspendJob(ports, { ...OF_JOB, suspend: suspended }));
const suspendAll = (suspended: boolean): Step =>
  verb(`suspend all ${suspended}`, (ports) => suspendSpace(ports, { space: SPACE, suspend: suspended }));

const VERBS: readonly Step[] = [
  suspend(true),
  suspend(false),
  suspendAll(true),
  suspendAll(false),
  verb('schedule-job', (ports) => scheduleJob(ports, { ...OF_JOB, cron: '*/5 * * * *' })),
  verb('delete-job-schedule', (ports) => deleteJobSchedule(ports, OF_JOB)),
  verb('create-trigger', (ports) => createTrigger(ports, { ...OF_JOB, trigger: S3 })),
  verb('delete-trigger', (ports) => deleteTrigger(ports, OF_JOB)),
  verb('update-job', (ports) => updateJob(ports, { ...OF_JOB, patch: { command: 'bin/updated' } })),
];

const EDITS: readonly Step[] = [
  edit('suspends', { suspend: true }),
  edit('resumes', { suspend: false }),
  edit('sets a schedule', { schedule: HOURLY }),
  edit('removes the schedule', { schedule: null }),
  edit('sets a trigger', { trigger: S3 }),
  edit('sets a pattern that EventBridge refuses', { trigger: REFUSED }),
  edit('removes the trigger', { trigger: null }),
  edit('sets a command', { command: 'bin/other' }),
  {
    by: 'kubectl',
    does: 'deletes the app, without what it owns',
    run: async ({ apps }) => apps.delete(SPACE, 'billing'),
  },
  {
    by: 'kubectl',
    does: 'creates the app',
    run: async ({ apps }) => apps.put(SPACE, 'billing', { image: 'busybox', command: 'true' }, 'nonce'),
  },
  {
    by: 'kubectl',
    does: 'invalidates the job',
    run: async ({ jobs }) => jobs.add(invalidated(await jobs.get(SPACE, NAME))),
  },
];

function invalidated(job: Job | InvalidJob): InvalidJob {
  const { spec: _, ...stored } = { spec: undefined, ...job };
  const problems = [{ field: 'spec.schedule.cron', message: '"0 0 30 2 *" never fires.' }];
  return { ...stored, generation: job.generation + 1, written: { app: 'billing' }, problems };
}

async function start(spec: Partial<JobSpec>): Promise<MemoryPorts> {
  const ports = contextOf({}, [jobOf(NAME, { command: 'bin/report', ...spec })], SOURCES);
  await round(ports);
  return ports;
}

/** Runs a step as its user would; one that is refused, as a removal of what is not there, changes nothing. */
async function take(ports: MemoryPorts, { by, run }: Step): Promise<boolean> {
  const done = await run(ports).then(
    () => true,
    () => false,
  );
  if (by === 'kubectl') await round(ports);
  return done;
}

describe('conditions and fields of a job', () => {
  it.each([...VERBS, ...EDITS].map((step) => [step.by, step.does, step] as const))(
    'agree after %s %s',
    async (_by, _does, step) => {
      for (const before of [
        { schedule: HOURLY },
        { trigger: S3 },
        { schedule: HOURLY, trigger: S3 },
        { schedule: HOURLY, suspend: true },
        {},
      ] as const) {
        const ports = await start(before);
        await take(ports, step);
        expect({ before, found: await contradictions(ports) }).toEqual({ before, found: [] });
      }
    },
  );

  it('agree after any sequence of verbs and edits, while the clock goes on', async () => {
    const step = fc.constantFrom(...VERBS, ...EDITS);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const ports = await start({ schedule: HOURLY, trigger: S3 });
        for (const [index, one] of steps.entries()) {
          ports.setClock(new Date(at('12:00:30').getTime() + (index + 1) * 25 * 60_000));
          await take(ports, one);
          expect(await contradictions(ports)).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('agree at once for a job that was created without a schedule', async () => {
    const ports = contextOf();
    await create(ports, { schedule: undefined });
    expect(await contradictions(ports)).toEqual([]);
  });

  it('agree within one reconcile for a job of an app that is not there', async () => {
    const ports = contextOf({}, [jobOf(NAME, { app: 'other', schedule: HOURLY })]);
    await round(ports);
    expect(await readyOf(ports)).toMatchObject({ status: 'False', reason: 'AppGone' });
  });

  it('agree within one reconcile for a job that waits for a task of its own', async () => {
    const ports = await start({ schedule: HOURLY, concurrencyPolicy: 'Forbid' });
    ports.setClock(at('13:01:30'));
    await round(ports);
    ports.setClock(at('14:01:30'));
    await round(ports);
    const waiting = await ports.jobs.get(SPACE, NAME);
    expect(waiting.status.conditions).toContainEqual(expect.objectContaining({ reason: 'Waiting' }));
    await ports.jobs.change(waiting, { command: 'bin/other' });
    await round(ports);
    expect(await contradictions(ports)).toEqual([]);
  });

  it('agree for an overdue job whose app is invalid', async () => {
    const ports = await start({ schedule: HOURLY });
    const { spec: _, ...stored } = appOf('billing');
    const apps = { ...ports.apps, find: async () => ({ ...stored, problems: [] }) };
    apps.all = async function* all() {
      yield [{ ...stored, problems: [] }];
    };
    ports.setClock(at('13:05:00'));
    await round({ ...ports, apps });
    expect(await readyOf(ports)).toMatchObject({ status: 'False', reason: 'AppInvalid' });
  });

  it.each([
    ['suspended', suspendAll(true), 'False'],
    ['resumed', suspendAll(false), 'True'],
  ])('say of every job of a space that it is %s', async (_, step, status) => {
    const ports = await start({ schedule: HOURLY, suspend: status === 'True' });
    await take(ports, step);
    expect(await readyOf(ports)).toMatchObject({ status });
    expect(ports.jobs.stored(NAME)?.status.schedule).toBeUndefined();
    await round(ports);
    expect(await contradictions(ports)).toEqual([]);
    expect(ports.rules.stored.size).toBe(status === 'True' ? 1 : 0);
  });

  it('say of an invalid job of the space too that it is suspended', async () => {
    const ports = await start({ schedule: HOURLY });
    ports.jobs.add(invalidated(await ports.jobs.get(SPACE, NAME)));
    const stop = () => suspendSpace(ports, { space: SPACE, suspend: true });
    expect([await stop(), await stop()]).toEqual([{ jobs: [NAME] }, { jobs: [] }]);
    expect(await contradictions(ports)).toEqual([]);
  });

  it.each(['run-job', 'schedule'])('agree with a %s on an app that is being deleted', async (by) => {
    const ports = await start({ schedule: HOURLY });
    const leaving = { ...appOf('billing'), deleting: true as const };
    const apps = { ...ports.apps, find: async () => leaving };
    apps.get = async () => validApp(leaving);
    apps.all = async function* all() {
      yield [leaving];
    };
    const around = { ...ports, apps };
    ports.setClock(at('13:05:00'));
    if (by === 'schedule') await round(around);
    else
      await expect(runJob(around, { ...OF_JOB, requestedBy: 'user' })).rejects.toMatchObject({
        kind: 'conflict',
        message: expect.stringContaining('is being deleted'),
      });
    await round(around);
    expect(ports.runs.names()).toEqual([]);
    expect(await readyOf(ports)).toMatchObject({
      ...{ status: 'False', reason: 'AppGone' },
      message: expect.stringContaining('is being deleted'),
    });
  });

  it.each(['removes the schedule', 'invalidates the job'])(
    'agree where kubectl %s of a job that was resumed and not synced yet',
    async (does) => {
      const ports = await start({ schedule: HOURLY });
      await take(ports, suspendAll(true));
      await take(ports, suspendAll(false));
      for (const one of EDITS) if (one.does === does) await take(ports, one);
      expect(await contradictions(ports)).toEqual([]);
    },
  );

  it('agree within one reconcile also where another writer of the job was first', async () => {
    const ports = await start({ schedule: HOURLY });
    await ports.apps.delete(SPACE, 'billing');
    const { writeStatus } = ports.jobs;
    ports.jobs.writeStatus = async (job, change) => {
      ports.jobs.writeStatus = writeStatus;
      const theirs = await ports.jobs.get(SPACE, NAME);
      await writeStatus(theirs, { lastSuccessfulTime: ports.now() });
      return writeStatus(job, change);
    };
    await round(ports);
    expect(await readyOf(ports)).toMatchObject({ status: 'False', reason: 'AppGone' });
    expect((await ports.jobs.get(SPACE, NAME)).status.lastSuccessfulTime).toEqual(ports.now());
  });

  it('change the time of the transition with the status alone', async () => {
    const ports = await start({ schedule: HOURLY });
    const before = await readyOf(ports);
    ports.setClock(at('12:10:00'));
    await take(ports, edit('sets another schedule', { schedule: { cron: '30 * * * *', timeZone: 'UTC' } }));
    const same = await readyOf(ports);
    expect(same).toMatchObject({
      message: 'It runs at "30 * * * *" in UTC.',
      lastTransitionTime: before?.lastTransitionTime,
    });
    expect(same?.observedGeneration).toBeGreaterThan(before?.observedGeneration ?? 0);
    ports.setClock(at('12:20:00'));
    await take(ports, suspend(true));
    expect(await readyOf(ports)).toMatchObject({ status: 'False', lastTransitionTime: at('12:20:00') });
  });

  it('are not written again while nothing changes', async () => {
    const ports = await start({ schedule: HOURLY, trigger: S3 });
    const { writes } = ports.jobs;
    await round(ports);
    expect(ports.jobs.writes).toBe(writes);
  });
});
