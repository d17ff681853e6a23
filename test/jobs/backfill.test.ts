import { describe, expect, it } from '@jest/globals';
import { backfill } from '../../lib/jobs/backfill.ts';
import { cancelBackfill } from '../../lib/jobs/cancel-backfill.ts';
import type { JobSpec, JobStatus } from '../../lib/jobs/job.ts';
import { DomainError, invalid } from '../../lib/platform/errors.ts';
import { ANNOTATION } from '../../lib/platform/labels.ts';
import { occurrenceId } from '../../lib/platform/names.ts';
import { appOf, jobOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const schedule = { cron: '0 2 * * *', timeZone: 'UTC' };
const OF = { space: SPACE, job: 'nightly', requestedBy: 'ada' };
const DAYS = { from: '2026-11-01', to: '2026-11-03' };

const portsWith = (spec: Partial<JobSpec> = {}, status: Partial<JobStatus> = {}): MemoryPorts => {
  const job = jobOf('nightly', { schedule, ...spec }, status);
  const ports = memoryPorts({ apps: [appOf('billing', { command: 'bin/report' })], jobs: [job] });
  ports.setClock(new Date('2026-11-30T12:00:00Z'));
  return ports;
};
const nameAt = (time: string): string => `nightly-${occurrenceId(new Date(time))}`;
const outcomesOf = async (ports: MemoryPorts, more: object = {}) =>
  (await backfill(ports, { ...OF, ...DAYS, ...more })).runs.map(({ outcome }) => outcome);

describe('a backfill', () => {
  it('creates queued runs that are marked, and writes nothing of the job', async () => {
    const ports = portsWith();
    const before = await ports.jobs.get(SPACE, 'nightly');
    expect(await outcomesOf(ports, { maxRunning: 2 })).toEqual(['created', 'created', 'created']);
    const run = await ports.runs.get(SPACE, nameAt('2026-11-02T02:00Z'));
    expect(run.condition?.reason).toBe('PipelineRunPending');
    expect(run.annotations).toMatchObject({
      [ANNOTATION.scheduledTime]: '2026-11-02T02:00:00Z',
      [ANNOTATION.requestedBy]: 'ada',
      [ANNOTATION.backfill]: '{"maxRunning":2}',
    });
    expect(await ports.jobs.get(SPACE, 'nightly')).toEqual(before);
  });

  it('goes on where an earlier one was cut', async () => {
    const ports = portsWith();
    await backfill(ports, { ...OF, from: '2026-11-02', to: '2026-11-02' });
    expect(await outcomesOf(ports, { from: '2026-11-02' })).toEqual(['kept', 'created']);
  });

  it('takes its hour from H, as the schedule does', async () => {
    const ports = portsWith({ schedule: { cron: 'H H * * *', timeZone: 'UTC' } });
    const [first, second] = (await backfill(ports, { ...OF, ...DAYS, dryRun: true })).runs;
    expect(Number(second?.occurrence) - Number(first?.occurrence)).toBe(24 * 3_600_000);
    expect(ports.runs.names()).toEqual([]);
  });

  it('says of a name that another run has that it is taken', async () => {
    const ports = portsWith();
    await backfill(ports, { ...OF, from: '2026-11-01', to: '2026-11-01' });
    const run = await ports.runs.get(SPACE, nameAt('2026-11-01T02:00Z'));
    ports.runs.add({ ...run, ownerUid: 'uid-of-another' });
    expect(await outcomesOf(ports)).toEqual(['nameTaken', 'created', 'created']);
  });

  it('leaves out what is older than the oldest run of the schedule, whatever was made again', async () => {
    const ports = portsWith();
    const scheduled = await outcomesOf(ports, { from: '2026-11-20', to: '2026-11-20' });
    expect(scheduled).toEqual(['created']);
    expect(await outcomesOf(ports, { to: '2026-11-01', again: true })).toEqual(['created']);
    expect(await outcomesOf(ports)).toEqual(['kept', 'needsAgain', 'needsAgain']);
  });

  it('knows what ran last where no run is kept', async () => {
    const ports = portsWith({}, { lastScheduleTime: new Date('2026-11-02T02:00Z') });
    expect(await outcomesOf(ports)).toEqual(['needsAgain', 'needsAgain', 'created']);
  });

  it('leaves an occurrence that is due, or has the lease, to the schedule', async () => {
    const since = new Date('2026-11-29T00:00Z');
    const ports = portsWith({}, { schedule: { ...schedule, since, driver: 'rules' } });
    const days = { from: '2026-11-29', to: '2026-11-30' };
    expect(await outcomesOf(ports, days)).toEqual(['created', 'scheduled']);
    const leased = portsWith({}, { lease: { occurrence: new Date('2026-11-02T02:00Z'), replaces: [] } });
    expect(await outcomesOf(leased)).toEqual(['created', 'scheduled', 'created']);
  });

  it('runs for a suspended job', async () => {
    const since = new Date('2026-11-29T00:00Z');
    const ports = portsWith({ suspend: true }, { schedule: { ...schedule, since, driver: 'rules' } });
    expect(await outcomesOf(ports, { from: '2026-11-30', to: '2026-11-30' })).toEqual(['created']);
  });

  it('creates what it has time for, and says what remains', async () => {
    const ports = portsWith();
    const { create } = ports.runs;
    const slow: MemoryPorts['runs']['create'] = async (run) => {
      ports.setClock(new Date(ports.now().getTime() + 60_000));
      return create(run);
    };
    const ports2 = { ...ports, runs: { ...ports.runs, create: slow } };
    const days = { from: '2026-11-01', to: '2026-11-30', again: true };
    const first = (await backfill(ports2, { ...OF, ...days })).runs.map(({ outcome }) => outcome);
    expect(first.filter((outcome) => outcome === 'remaining').length).toBeGreaterThan(0);
    expect(first[0]).toBe('created');
    const again = await outcomesOf(ports, days);
    expect(again).not.toContain('remaining');
    expect(ports.runs.names()).toHaveLength(30);
  });

  it('creates the oldest run before the others, so that a repeat takes it for none that was pruned', async () => {
    const ports = portsWith();
    const { create } = ports.runs;
    const failing: MemoryPorts['runs']['create'] = async (run) => {
      if (run.metadata.name === nameAt('2026-11-01T02:00Z'))
        throw new DomainError('unavailable', 'No answer.');
      return create(run);
    };
    const cut = backfill({ ...ports, runs: { ...ports.runs, create: failing } }, { ...OF, ...DAYS });
    await expect(cut).rejects.toThrow('No answer.');
    expect(await outcomesOf(ports)).toEqual(['created', 'created', 'created']);
  });

  it('says how many runs there are when the cluster refuses one', async () => {
    const ports = portsWith();
    const { create } = ports.runs;
    let left = 2;
    const limited: MemoryPorts['runs']['create'] = async (run) => {
      left -= 1;
      if (left < 0) throw invalid({ field: 'run', message: 'exceeded quota.' });
      return create(run);
    };
    const refused = backfill({ ...ports, runs: { ...ports.runs, create: limited } }, { ...OF, ...DAYS });
    await expect(refused).rejects.toThrow('exceeded quota. 2 runs were created and 1 not');
  });

  it.each([
    ['without a schedule', { schedule: undefined }, 'Job "nightly" has no schedule'],
    ['that runs once', { schedule: { at: '2026-12-24 02:00', timeZone: 'UTC' } }, 'Job "nightly" runs once'],
    ['of an app that is gone', { app: 'gone' }, 'App "gone" is not in space'],
  ])('of a job %s is refused', async (_, spec, message) => {
    await expect(outcomesOf(portsWith(spec))).rejects.toThrow(message);
  });

  it('of an app without an image is refused', async () => {
    const { spec, ...app } = appOf('billing', { source: { sha256: 'a'.repeat(64) } });
    const ports = memoryPorts({
      apps: [{ ...app, spec: { ...spec, image: undefined } }],
      jobs: [jobOf('nightly', { schedule })],
    });
    ports.setClock(new Date('2026-11-30T12:00:00Z'));
    await expect(outcomesOf(ports)).rejects.toThrow('billing');
    expect(ports.runs.names()).toEqual([]);
  });
});

describe('cancelling backfills', () => {
  it('cancels those that wait and those that run, and no other', async () => {
    const ports = portsWith();
    await outcomesOf(ports);
    await ports.runs.admit(SPACE, nameAt('2026-11-01T02:00Z'), ports.now());
    ports.runs.becomes(nameAt('2026-11-01T02:00Z'), { taskRun: 'seen' });
    expect(await cancelBackfill(ports, OF)).toEqual({ cancelled: 3, remaining: 0 });
    expect(ports.runs.cancelled()).toHaveLength(3);
  });
});
