import { describe, expect, it } from '@jest/globals';
import { presentJob, presentJobRow } from '../../lib/http/present.ts';
import { jobOf } from '../support/memory-ports.ts';

const NOW = new Date('2026-11-24T21:05:30Z');
const CRON = { cron: '0 2 * * 1-5', timeZone: 'Europe/Berlin' };
const ACTIVE = { ...CRON, since: new Date('2026-11-20T08:00:00Z'), driver: 'rules' as const };

describe('a job as JSON', () => {
  it('has its command, schedule, status and conditions', () => {
    const job = jobOf(
      'report',
      {
        resources: { memory: 2 * 1024 ** 3, cpu: 500 },
        schedule: CRON,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 7200,
      },
      {
        schedule: ACTIVE,
        lastScheduleTime: new Date('2026-11-24T01:00:00Z'),
        lastSuccessfulTime: new Date('2026-11-24T01:03:12Z'),
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'Scheduled',
            message: 'It runs.',
            lastTransitionTime: new Date('2026-11-20T08:00:00.250Z'),
            observedGeneration: 1,
          },
        ],
      },
    );
    expect(presentJob(job, NOW)).toEqual({
      space: 'team-a',
      name: 'report',
      createdAt: '2026-11-24T21:00:00Z',
      generation: 1,
      app: 'billing',
      command: 'bin/report',
      resources: { cpu: '500m', memory: '2048Mi' },
      schedule: {
        ...CRON,
        description: 'At 02:00, Monday through Friday',
        nextRuns: ['2026-11-25T01:00:00Z', '2026-11-26T01:00:00Z', '2026-11-27T01:00:00Z'],
        driver: 'rules',
        since: '2026-11-20T08:00:00Z',
      },
      concurrencyPolicy: 'Forbid',
      suspend: false,
      startingDeadlineSeconds: 7200,
      lastScheduleTime: '2026-11-24T01:00:00Z',
      lastSuccessfulTime: '2026-11-24T01:03:12Z',
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'Scheduled',
          message: 'It runs.',
          lastTransitionTime: '2026-11-20T08:00:00.250Z',
          observedGeneration: 1,
        },
      ],
    });
  });

  it('leaves out what is not set', () => {
    const job = jobOf('report', { command: undefined });
    expect(JSON.parse(JSON.stringify(presentJob(job, NOW)))).toEqual({
      space: 'team-a',
      name: 'report',
      createdAt: '2026-11-24T21:00:00Z',
      generation: 1,
      app: 'billing',
      concurrencyPolicy: 'Always',
      suspend: false,
      conditions: [],
    });
  });

  it('has one next run in a list', () => {
    expect(presentJobRow(NOW)({ job: jobOf('report', { schedule: CRON }) })).toMatchObject({
      schedule: { nextRuns: ['2026-11-25T01:00:00Z'] },
    });
  });

  it('has no next run while it is suspended', () => {
    const { schedule } = {
      schedule: undefined,
      ...presentJob(jobOf('report', { schedule: CRON, suspend: true }), NOW),
    };
    expect(schedule).toEqual({ ...CRON, description: 'At 02:00, Monday through Friday', nextRuns: [] });
  });

  it('has no driver while the schedule is not active', () => {
    const job = jobOf('report', { schedule: { ...CRON, cron: '0 3 * * *' } }, { schedule: ACTIVE });
    const presented = presentJob(job, NOW);
    expect(presented).toMatchObject({ schedule: { cron: '0 3 * * *' } });
    expect(JSON.stringify(presented)).not.toContain('driver');
  });

  it.each([
    ['a cron that is none', { cron: 'abc', timeZone: 'UTC' }, {}],
    ['a zone that is none', { cron: '0 2 * * *', timeZone: 'Mars/Olympus' }, { description: 'At 02:00' }],
  ])('has the problems of an invalid job beside %s as it was written', (_, schedule, more) => {
    const { spec, ...stored } = jobOf('odd');
    const problems = [{ field: 'spec.schedule', message: 'It is none.' }];
    const written = { ...spec, schedule, suspend: true };
    expect(presentJob({ ...stored, written, problems }, NOW)).toEqual({
      space: 'team-a',
      name: 'odd',
      createdAt: '2026-11-24T21:00:00Z',
      generation: 1,
      app: 'billing',
      command: 'bin/report',
      concurrencyPolicy: 'Always',
      suspend: true,
      schedule: { ...schedule, ...more, nextRuns: [] },
      problems,
      conditions: [],
    });
  });
});
