import { describe, expect, it } from '@jest/globals';
import { writtenSpecOf } from '../../lib/jobs/job.ts';
import { toJob } from '../../lib/jobs/repository-records.ts';
import { jobObject, SPEC } from '../support/job-object.ts';

describe('a Job with fields of other writers', () => {
  const NOW = '2026-11-24T21:00:00Z';
  const schedule = { cron: '0 2 * * *', timeZone: 'UTC', since: NOW, driver: 'rules' };
  const condition = {
    ...{ type: 'Ready', status: 'True', reason: 'Scheduled', message: 'It runs.' },
    lastTransitionTime: NOW,
  };

  it.each([
    ['no status at all', undefined, {}],
    ['a status that is a text', 'fine', {}],
    ['an active schedule with an invalid cron', { schedule: { ...schedule, cron: '61 * * * *' } }, {}],
    ['an active schedule in an unknown zone', { schedule: { ...schedule, timeZone: 'Mars/Olympus' } }, {}],
    ['an active schedule with an invalid time', { schedule: { ...schedule, since: 'once' } }, {}],
    ['a lease without an occurrence', { lease: { replaces: ['a'] } }, {}],
    [
      'a lease that replaces what is no name',
      { lease: { occurrence: NOW, replaces: ['a', '../../team-b/pipelineruns/victim'] } },
      {},
    ],
    [
      'a lease that replaces nothing',
      { lease: { occurrence: NOW } },
      { lease: { occurrence: new Date(NOW), replaces: [] } },
    ],
    [
      'one invalid time',
      { lastScheduleTime: 'yesterday', nextScheduleTime: NOW },
      { nextScheduleTime: new Date(NOW) },
    ],
    [
      'a condition of another controller',
      { conditions: [{ type: 'Synced', status: 'Unknown' }, condition] },
      { conditions: [{ ...condition, lastTransitionTime: new Date(NOW) }] },
    ],
    ['conditions that are no list', { conditions: 'Ready' }, {}],
  ])('with %s is read without it', (_, status, expected) => {
    const { status: read } = toJob(jobObject({ status }));
    expect(JSON.parse(JSON.stringify(read))).toEqual(
      JSON.parse(JSON.stringify({ conditions: [], ...expected })),
    );
    expect(read.conditions.every(({ lastTransitionTime }) => lastTransitionTime instanceof Date)).toBe(true);
  });

  it('reports the invalid fields of its spec, and the app that it names', () => {
    const spec = { ...SPEC, schedule: { cron: '* * * *' }, suspend: 'yes', retries: 1 };
    expect(toJob(jobObject({ spec }))).toMatchObject({
      written: { app: 'billing', schedule: { cron: '* * * *', timeZone: 'UTC' } },
      problems: [
        { field: 'spec.schedule.cron' },
        { field: 'spec.suspend', message: '"yes" is not allowed: true or false.' },
        { field: 'spec.retries', message: expect.stringContaining('Unknown field') },
      ],
    });
  });

  it.each([
    ['a cron that never fires', { schedule: { cron: '0 0 30 2 *', timeZone: 'Asia/Seoul' } }],
    ['a zone that is none', { schedule: { cron: '0 2 * * *', timeZone: 'Mars/Olympus' } }],
    ['a trigger beside memory of no size', { trigger: { bus: 'service', pattern: { source: ['a'] } } }],
    ['a suspended job', { suspend: true, concurrencyPolicy: 'Forbid', command: 'bin/report' }],
  ])('reads of an invalid spec what was written: %s', (_, written) => {
    const spec = { app: 'billing', resources: { memory: '12Q' }, ...written };
    expect(toJob(jobObject({ spec }))).toMatchObject({ written: { app: 'billing', ...written } });
  });

  it.each([
    ['of any size', { source: ['a'.repeat(100_000)] }],
    ['of any depth', JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`)],
  ])('knows of a pattern %s that there is one, and no more', (_, pattern) => {
    const job = toJob(jobObject({ spec: { app: 'billing', trigger: { bus: 'default', pattern } } }));
    expect(writtenSpecOf(job).trigger).toEqual({ bus: 'default' });
  });

  it.each([[undefined], ['billing'], [{ app: 'Not A Name' }]])('names no app in the spec %j', (spec) => {
    const broken = toJob(jobObject({ spec }));
    expect(broken).toMatchObject({ problems: [{ field: expect.stringMatching(/^spec/) }] });
    expect(writtenSpecOf(broken).app).toBeUndefined();
  });

  it('is being deleted once it has a deletion timestamp', () => {
    expect(toJob(jobObject()).deleting).toBe(false);
    expect(toJob(jobObject({}, { deletionTimestamp: NOW })).deleting).toBe(true);
  });
});
