import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { Job } from '../../cli/api/responses.ts';
import { readManifest } from '../../cli/manifest.ts';
import { manifestJobOf } from '../../cli/manifest-text.ts';
import { serialized } from '../../cli/output.ts';
import { presentJob } from '../../lib/http/present.ts';
import { type AppliedJob, AppliedJobs } from '../../lib/jobs/applied-job.ts';
import { applyJobs } from '../../lib/jobs/apply.ts';
import { parse } from '../../lib/platform/schema.ts';
import { appOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const usageError = (words: string) =>
  expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(words) });
const jobsOf = (yaml: string) =>
  readManifest(`applications:\n- name: billing\n  jobs:\n${yaml}`, 'manifest.yml')[0]?.jobs ?? [];

describe('jobs of a manifest', () => {
  it('are read in the form of a request', () => {
    const [job, other] = jobsOf(`
  - name: report
    command: bin/report
    schedule: H 2 * * *
    time_zone: Asia/Seoul
    env: { A: 1.10, T: { secretKeyRef: { name: s, key: 1, optional: true } }, U: ~ }
    memory: 1.5G
    disk_quota: 64M
    cpu: 0.5
    timeout: 20m
    concurrency_policy: Forbid
    starting_deadline: 60
    suspend: true
  - name: events
    trigger: { bus: service, pattern: { source: [a], n: [{ numeric: [">", 1] }, "1", null, true] } }`);
    expect(job?.body).toEqual({
      name: 'report',
      command: 'bin/report',
      schedule: { cron: 'H 2 * * *', timeZone: 'Asia/Seoul' },
      env: [
        { name: 'A', value: '1.10' },
        { name: 'T', valueFrom: { secretKeyRef: { name: 's', key: '1', optional: true } } },
      ],
      resources: { memory: '1536Mi', disk: '64Mi', cpu: '0.5' },
      timeout: '20m',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 60,
      suspend: true,
    });
    expect(other?.body).toEqual({
      name: 'events',
      trigger: {
        bus: 'service',
        pattern: { source: ['a'], n: [{ numeric: ['>', 1] }, '1', null, true] },
      },
    });
  });

  it.each([
    [
      'a field that is unknown',
      '  - { name: a, cron: x }',
      'line 4: jobs[0].cron is unknown; allowed: name,',
    ],
    ['no name', '  - { command: a }', 'line 4: jobs[0].name: Missing.'],
    ['a name twice', '  - name: a\n  - name: a', '"a" is there twice'],
    [
      'both times',
      '  - { name: a, schedule: "@daily", at: "2099-01-01 00:00" }',
      'jobs[0].at: Give cron or at',
    ],
    ['a zone alone', '  - { name: a, time-zone: UTC }', 'jobs[0].schedule: Missing.'],
    ['a flag that is none', '  - { name: a, suspend: yes }', 'jobs[0].suspend: "yes" is not allowed'],
    ['a deadline that is none', '  - { name: a, starting-deadline: 1h }', 'jobs[0].starting-deadline: "1h"'],
    [
      'a reference to nothing',
      '  - { name: a, env: { A: { x: { y: z } } } }',
      'env.A must be a text, or a map of one of secretKeyRef',
    ],
    ['no list', '    report', 'jobs must be a list'],
  ])('are refused with %s', (_, yaml, words) => {
    expect(() => jobsOf(yaml)).toThrow(usageError(words));
  });

  it('are not there where the file says nothing of them, and none where the list is empty', () => {
    const read = (jobs: string) =>
      readManifest(`applications: [{ name: a${jobs} }]`, 'manifest.yml')[0]?.jobs;
    expect([read(''), read(', jobs: ~'), read(', jobs: []')]).toEqual([undefined, undefined, []]);
  });
});

const VARIABLE = /\(\(/;
const text = fc
  .string({ unit: 'binary', maxLength: 30 })
  .filter((value) => !value.includes('\0') && value.isWellFormed() && !VARIABLE.test(value));
const variable = fc.oneof(
  text.map((value) => ({ value })),
  fc.constantFrom(
    { valueFrom: { secretKeyRef: { name: 'orders', key: 'password' } } },
    { valueFrom: { configMapKeyRef: { name: '1', key: '2', optional: true } } },
    { valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ),
);
const leaf = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  text.filter((value) => value !== '').map((prefix) => ({ prefix })),
  fc.integer({ min: -1000, max: 1000 }).map((number) => ({ numeric: ['>', number] })),
  fc.boolean().map((exists) => ({ exists })),
);
/** Details of a pattern. */
const detail = fc.dictionary(
  fc.constantFrom('a', 'true', '1', ' ', 'ü', 'null'),
  fc.oneof(
    fc.array(leaf, { minLength: 1, maxLength: 3 }),
    fc.dictionary(fc.constantFrom('x', '~'), fc.array(leaf, { minLength: 1, maxLength: 2 }), {
      minKeys: 1,
      maxKeys: 2,
    }),
  ),
  { minKeys: 1, maxKeys: 3 },
);
const schedule = fc.oneof(
  fc.record({ cron: fc.constantFrom('0 2 * * *', 'H H * * mon-fri', '@daily', '? 1 * * *') }),
  fc.record({ at: fc.constantFrom('2099-01-01 02:00', '2099-12-24 23:59') }),
);
const zone = fc.record({ timeZone: fc.constantFrom('UTC', 'Europe/Berlin') }, { requiredKeys: [] });

/** Jobs as a request has them. */
const bodies = fc.uniqueArray(
  fc.record(
    {
      name: fc.constantFrom('a', 'b-1', '007', 'true', 'null', 'x'.repeat(63)),
      command: text.filter((command) => command.trim() !== ''),
      env: fc
        .dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_.]{0,8}$/), variable, { maxKeys: 4 })
        .map((values) => Object.entries(values).map(([name, value]) => ({ name, ...value }))),
      resources: fc.record(
        {
          memory: fc.constantFrom('64M', '1G', '5000000'),
          disk: fc.constant('1G'),
          cpu: fc.constantFrom('0.5', '2'),
        },
        { requiredKeys: [] },
      ),
      expectWithin: fc.constantFrom('20m', '1500s'),
      timeout: fc.constantFrom('20m', '1h30m', '90s'),
      schedule: fc.tuple(schedule, zone).map(([one, other]) => ({ ...one, ...other })),
      trigger: fc.record(
        {
          bus: fc.constantFrom('default', 'service'),
          pattern: detail.map((of) => ({ source: ['shop.a'], detail: of })),
        },
        { requiredKeys: ['pattern'] },
      ),
      concurrencyPolicy: fc.constantFrom('Always', 'Allow', 'Forbid', 'Replace'),
      startingDeadlineSeconds: fc.integer({ min: 0, max: 7200 }),
      suspend: fc.boolean(),
    },
    { requiredKeys: ['name'] },
  ),
  { selector: ({ name }) => name, maxLength: 4 },
);

describe('random jobs', () => {
  const read = (jobs: unknown): readonly AppliedJob[] => {
    const parsed = parse(AppliedJobs, jobs, 'jobs');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    return parsed.value;
  };
  const space = (): MemoryPorts =>
    memoryPorts({ apps: [appOf('billing')], sources: { '*': { default: ['shop.*'], service: ['shop.*'] } } });
  const apply = (ports: MemoryPorts, jobs: readonly AppliedJob[], dryRun = false) =>
    applyJobs(ports, { space: SPACE, app: 'billing', jobs, prune: true, dryRun });
  const stored = async (ports: MemoryPorts) => (await ports.jobs.list(SPACE, { limit: 500 })).items;
  /** Jobs of a space, exported and read again. */
  const exported = async (ports: MemoryPorts): Promise<readonly AppliedJob[]> => {
    const jobs = (await stored(ports)).map((job) =>
      manifestJobOf(v.parse(Job, JSON.parse(JSON.stringify(presentJob(job, ports.now()))))),
    );
    const yaml = await serialized('yaml', { applications: [{ name: 'billing', jobs }] });
    const [app] = readManifest(yaml, 'manifest.yml');
    return read(app?.jobs?.map(({ body }) => body));
  };
  const specsOf = async (ports: MemoryPorts): Promise<readonly unknown[]> =>
    (await stored(ports)).map((job) => [job.name, JSON.parse(JSON.stringify('spec' in job ? job.spec : {}))]);

  it('that are exported differ in nothing, and make equal jobs in another space', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async (jobs) => {
        const [one, other] = [space(), space()];
        await apply(one, read(jobs));
        const file = await exported(one);
        const outcomes = (await apply(one, file, true)).map(({ outcome }) => outcome);
        expect(outcomes.every((outcome) => outcome === 'unchanged')).toBe(true);
        await apply(other, file);
        const [first, second] = [await exported(one), await exported(other)];
        expect(second).toEqual(first);
        expect((await specsOf(other)).length).toBe((await specsOf(one)).length);
      }),
      { numRuns: 50 },
    );
  });

  it('of two files, applied one after the other, leave the jobs of the second', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, bodies, async (before, after) => {
        const ports = space();
        await apply(ports, read(before));
        await apply(ports, read(after));
        const { writes } = ports.jobs;
        const results = await apply(ports, read(after));
        expect(results.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
        expect(results).toHaveLength(after.length);
        expect(ports.jobs.writes).toBe(writes);
      }),
      { numRuns: 50 },
    );
  });
});
