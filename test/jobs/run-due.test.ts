import { describe, expect, it } from '@jest/globals';
import type { JobSpec, JobStatus } from '../../lib/jobs/job.ts';
import { runDue } from '../../lib/jobs/run-due.ts';
import { occurrenceId } from '../../lib/platform/names.ts';
import { appOf, jobOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const HOURLY = '0 * * * *';
const EACH_MINUTE = '* * * * *';
const WEEKDAYS_AT_9 = '0 9 * * 1-5';

/** A time on 2026-11-25, a Wednesday, unless it has its own date. */
const at = (text: string): Date => new Date(text.includes('T') ? `${text}Z` : `2026-11-25T${text}Z`);

/** A job whose schedule has been active for a week. */
const scheduled = (cron: string, status: Partial<JobStatus> = {}, spec: Partial<JobSpec> = {}) => {
  const schedule = { cron, timeZone: 'UTC' };
  return jobOf(
    'nightly',
    { schedule, ...spec },
    { schedule: { ...schedule, since: at('2026-11-18T00:00:30'), driver: 'rules' }, ...status },
  );
};

const portsWith = (job: ReturnType<typeof jobOf>, now: Date): MemoryPorts => {
  const ports = memoryPorts({ apps: [appOf('billing', { command: 'bin/report' })], jobs: [job] });
  ports.setClock(now);
  return ports;
};

/** `started 12:00` for each occurrence, or just the outcome. */
const run = async (ports: MemoryPorts, moment = ports.now()): Promise<string[]> => {
  const results = await runDue(ports, { space: SPACE, job: 'nightly', moment, timeoutMs: 0 });
  return results.map(({ outcome, occurrence }) =>
    occurrence === undefined ? outcome : `${outcome} ${occurrence.toISOString().slice(11, 16)}`,
  );
};

const nameAt = (text: string): string => `nightly-${occurrenceId(at(text))}`;

describe('runDue', () => {
  it.each<[string, Partial<JobStatus>, Partial<JobSpec>, string, string[]]>([
    ['on time', { lastScheduleTime: at('11:00:00') }, {}, '12:00:05', ['started 12:00']],
    ['late by a minute', { lastScheduleTime: at('11:00:00') }, {}, '12:01:00', ['started 12:00']],
    [
      'late by a day, once',
      { lastScheduleTime: at('2026-11-24T12:00:00') },
      {},
      '12:30:00',
      ['started 12:00'],
    ],
    ['not before it is due', { lastScheduleTime: at('11:00:00') }, {}, '11:59:59', ['notDue']],
    ['never run before: the first one after it was set', {}, {}, '2026-11-18T01:00:10', ['started 01:00']],
    [
      'nothing from before the schedule was set',
      { schedule: { cron: HOURLY, timeZone: 'UTC', since: at('12:00:10'), driver: 'rules' } },
      {},
      '12:00:30',
      ['notDue'],
    ],
    [
      'a schedule that was changed in the spec alone waits for the reconcile',
      { lastScheduleTime: at('11:00:00') },
      { schedule: { cron: EACH_MINUTE, timeZone: 'UTC' } },
      '12:00:05',
      ['notSynced'],
    ],
    ['a clock that is behind the last run', { lastScheduleTime: at('13:00:00') }, {}, '12:00:05', ['notDue']],
    ['suspended', { lastScheduleTime: at('11:00:00') }, { suspend: true }, '12:00:05', ['suspended']],
    ['no schedule', { schedule: undefined }, { schedule: undefined }, '12:00:05', ['notScheduled']],
    [
      'past its starting deadline',
      { lastScheduleTime: at('11:00:00') },
      { startingDeadlineSeconds: 60 },
      '12:01:01',
      ['tooLate 12:00'],
    ],
    [
      'within its starting deadline',
      { lastScheduleTime: at('11:00:00') },
      { startingDeadlineSeconds: 60 },
      '12:01:00',
      ['started 12:00'],
    ],
  ])('%s', async (_, status, spec, now, expected) => {
    const ports = portsWith(scheduled(HOURLY, status, spec), at(now));
    expect(await run(ports)).toEqual(expected);
  });

  it('runs both minutes when a trigger arrives in the next one', async () => {
    const ports = portsWith(scheduled(EACH_MINUTE, { lastScheduleTime: at('11:58:00') }), at('12:00:20'));
    expect(await run(ports)).toEqual(['started 11:59', 'started 12:00']);
    expect(ports.runs.names()).toEqual([nameAt('11:59:00'), nameAt('12:00:00')]);
  });

  it('runs only the newest of three months', async () => {
    const last = { lastScheduleTime: at('2026-08-25T12:00:00'), schedule: since('2026-08-01T00:00:30') };
    const ports = portsWith(scheduled(EACH_MINUTE, last), at('12:00:20'));
    expect(await run(ports)).toEqual(['started 12:00']);
    expect(await run(ports)).toEqual(['notDue']);
  });

  it('runs Friday of an uneven cron that last ran on Wednesday, when called on Sunday', async () => {
    const last = { lastScheduleTime: at('2026-11-25T09:00:00') };
    const ports = portsWith(scheduled(WEEKDAYS_AT_9, last), at('2026-11-29T12:00:00'));
    await run(ports);
    expect(ports.runs.names()).toEqual([nameAt('2026-11-27T09:00:00')]);
  });

  it('runs a minute once however often it is called, concurrently too', async () => {
    const ports = portsWith(scheduled(HOURLY, { lastScheduleTime: at('11:00:00') }), at('12:00:05'));
    const answers = await Promise.all([run(ports), run(ports), run(ports)]);
    expect(answers.flat().toSorted()).toEqual([
      'alreadyStarted 12:00',
      'alreadyStarted 12:00',
      'started 12:00',
    ]);
    expect(ports.runs.names()).toHaveLength(1);
    expect(await run(ports)).toEqual(['notDue']);
  });

  it('trusts a rule that is a minute ahead of the clock', async () => {
    const ports = portsWith(scheduled(HOURLY, { lastScheduleTime: at('11:00:00') }), at('11:59:30'));
    expect(await run(ports, at('12:00:00'))).toEqual(['started 12:00']);
  });

  it('writes the status, and never moves lastScheduleTime backwards', async () => {
    const ports = portsWith(scheduled(HOURLY, { lastScheduleTime: at('11:00:00') }), at('12:00:05'));
    await run(ports);
    const { status } = await ports.jobs.get(SPACE, 'nightly');
    expect(status).toMatchObject({ lastScheduleTime: at('12:00:00'), nextScheduleTime: at('13:00:00') });
    expect(status.conditions).toMatchObject([
      { type: 'OnTime', status: 'True', message: 'The run of 2026-11-25T12:00:00Z was started.' },
    ]);
    ports.setClock(at('11:30:00'));
    expect(await run(ports)).toEqual(['notDue']);
  });

  it('passes its scheduled time to the task', async () => {
    const ports = portsWith(scheduled(HOURLY, { lastScheduleTime: at('11:00:00') }), at('12:00:05'));
    await run(ports);
    const found = await ports.runs.get(SPACE, nameAt('12:00:00'));
    expect(found.annotations).toMatchObject({
      'taskbridge.dev/scheduled-time': '2026-11-25T12:00:00Z',
      'taskbridge.dev/requested-by': 'schedule',
    });
    expect(found.labels).toMatchObject({ 'taskbridge.dev/job': 'nightly', 'taskbridge.dev/app': 'billing' });
  });
});

const since = (text: string): JobStatus['schedule'] => ({
  cron: EACH_MINUTE,
  timeZone: 'UTC',
  since: at(text),
  driver: 'rules',
});

describe('runDue starts nothing for', () => {
  const due = (spec: Partial<JobSpec> = {}) => scheduled(HOURLY, { lastScheduleTime: at('11:00:00') }, spec);

  it('a job that does not exist', async () => {
    const ports = portsWith(due(), at('12:00:05'));
    expect(await runDue(ports, { space: SPACE, job: 'other', moment: ports.now(), timeoutMs: 0 })).toEqual([
      { outcome: 'jobGone' },
    ]);
  });

  it('a job that is being deleted', async () => {
    const ports = portsWith({ ...due(), deleting: true }, at('12:00:05'));
    expect(await run(ports)).toEqual(['jobGone']);
  });

  it('a job that is deleted between the read and the create: the cluster garbage-collects its run', async () => {
    const ports = portsWith(due(), at('12:00:05'));
    const { create } = ports.runs;
    ports.runs.create = async (run) => {
      await ports.jobs.delete(await ports.jobs.get(SPACE, 'nightly'));
      return create(run);
    };
    expect(await run(ports)).toEqual(['jobGone 12:00']);
  });

  it('a job without its app: it stays due, says so, and runs when the app is back', async () => {
    const ports = portsWith(due({ app: 'other' }), at('12:00:05'));
    expect(await run(ports)).toEqual(['appGone']);
    expect((await ports.jobs.get(SPACE, 'nightly')).status.conditions).toMatchObject([
      { type: 'Ready', status: 'False', reason: 'AppGone' },
    ]);
    await ports.apps.put(SPACE, 'other', { image: 'busybox', command: 'true' }, 'nonce');
    expect(await run(ports)).toEqual(['started 12:00']);
  });

  it('a job without a command', async () => {
    const ports = portsWith(due({ app: 'silent', command: undefined }), at('12:00:05'));
    await ports.apps.put(SPACE, 'silent', { image: 'busybox' }, 'nonce');
    expect(await run(ports)).toEqual(['noCommand']);
    expect((await ports.jobs.get(SPACE, 'nightly')).status.conditions).toMatchObject([
      { type: 'Ready', status: 'False', reason: 'NoCommand' },
    ]);
  });

  it('an occurrence whose name another run has: it is missed, and the next one runs', async () => {
    const ports = portsWith(due(), at('12:00:05'));
    const { create } = ports.runs;
    ports.runs.create = async () => ({ outcome: 'exists', run: undefined });
    expect(await run(ports)).toEqual(['nameTaken 12:00']);
    expect((await ports.jobs.get(SPACE, 'nightly')).status.conditions).toMatchObject([
      {
        type: 'OnTime',
        status: 'False',
        reason: 'NameTaken',
        message: expect.stringContaining(nameAt('12:00:00')),
      },
    ]);
    ports.runs.create = create;
    ports.setClock(at('13:00:05'));
    expect(await run(ports)).toEqual(['started 13:00']);
  });

  it('an occurrence whose name a run of a deleted job of this name has', async () => {
    const ports = portsWith(due(), at('12:00:05'));
    await run(ports);
    const earlier = await ports.runs.get(SPACE, nameAt('12:00:00'));
    const again = portsWith(due(), at('12:00:05'));
    again.runs.add({ ...earlier, ownerUid: 'uid-of-an-earlier-job' });
    expect(await run(again)).toEqual(['nameTaken 12:00']);
  });

  it('reports a missed deadline once, in words', async () => {
    const ports = portsWith(due({ startingDeadlineSeconds: 60 }), at('12:10:00'));
    await run(ports);
    const { version, status } = await ports.jobs.get(SPACE, 'nightly');
    expect(status.conditions).toMatchObject([
      {
        reason: 'TooLate',
        message: 'The run of 2026-11-25T12:00:00Z was missed: it is past the starting deadline of 60 s.',
      },
    ]);
    await run(ports);
    expect((await ports.jobs.get(SPACE, 'nightly')).version).toBe(version);
  });
});
