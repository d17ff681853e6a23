import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AppSpec } from '../../lib/apps/app.ts';
import { presentJob } from '../../lib/http/present.ts';
import type { InvalidJob, Job, JobSpec } from '../../lib/jobs/job.ts';
import { createJob } from '../../lib/jobs/manage.ts';
import { JobPatch, updateJob } from '../../lib/jobs/update.ts';
import { parse } from '../../lib/platform/schema.ts';
import { appOf, jobOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const NIGHTLY = { space: SPACE, job: 'nightly' };
const GIB = 1024 ** 3;

const portsWith = (spec: Partial<JobSpec> = {}, app: Partial<AppSpec> = {}): MemoryPorts =>
  memoryPorts({ apps: [appOf('billing', app), appOf('stock')], jobs: [jobOf('nightly', spec)] });

function patchOf(patch: object): JobPatch {
  const parsed = parse(JobPatch, patch, 'body');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value;
}

const update = (ports: MemoryPorts, patch: object): Promise<Job | InvalidJob> =>
  updateJob(ports, { ...NIGHTLY, patch: patchOf(patch) });

/** JSON merge patch, as RFC 7396 writes it in its section 2. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null) return patch;
  const merged = new Map(typeof target === 'object' && target !== null ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

const orNull = <T>(...values: readonly T[]) => fc.constantFrom<T | null>(null, ...values);
const part = <T extends object>(fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc.record(fields, { requiredKeys: [] });
const RESOURCES = part({
  cpu: orNull('500m', '2'),
  memory: orNull('1024Mi', '2048Mi'),
  disk: orNull('512Mi'),
});
const PATCH = part({
  app: fc.constantFrom('billing', 'stock'),
  command: orNull('bin/one', 'bin/two'),
  resources: fc.option(RESOURCES),
  concurrencyPolicy: orNull('Always', 'Forbid', 'Replace'),
  startingDeadlineSeconds: orNull(0, 7200),
}).filter((patch) => Object.keys(patch).length > 0);

/** The job as JSON, without what is not of its spec. */
function shown(job: Job | InvalidJob): object {
  const { conditions: _, generation: __, ...fields } = presentJob(job, new Date('2026-11-24T21:00:00Z'));
  return fields;
}

/** Resources without a value are none. */
const withoutEmpty = ({ resources, ...fields }: { readonly resources?: object }): object =>
  Object.keys(resources ?? {}).length === 0 ? fields : { ...fields, resources };

describe('updateJob', () => {
  it('merges a patch as RFC 7396 has it', async () => {
    const DEFAULTS = { concurrencyPolicy: 'Always' };
    await fc.assert(
      fc.asyncProperty(fc.array(PATCH, { minLength: 1, maxLength: 4 }), async (patches) => {
        const ports = portsWith();
        let expected: unknown = shown(await ports.jobs.get(SPACE, 'nightly'));
        for (const patch of patches) {
          expected = { ...DEFAULTS, ...Object(mergePatch(expected, patch)) };
          assert.deepEqual(shown(await update(ports, patch)), withoutEmpty(Object(expected)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('writes nothing for a patch that holds already, in any spelling', async () => {
    const spec = { resources: { memory: GIB }, startingDeadlineSeconds: 60 };
    const ports = portsWith(spec);
    for (const patch of [
      { app: 'billing' },
      { command: 'bin/report' },
      { resources: { memory: '1024M' } },
      { resources: { memory: GIB, cpu: null } },
      { resources: {} },
      { concurrencyPolicy: null },
      { concurrencyPolicy: 'Allow' },
      { startingDeadlineSeconds: 60 },
    ])
      expect(await update(ports, patch)).toMatchObject({ spec });
    expect(ports.jobs.writes).toBe(0);
  });

  it('says at once that the job can run again', async () => {
    const ports = portsWith({ command: undefined });
    expect(await update(ports, { concurrencyPolicy: 'Forbid' })).toMatchObject({
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'NoCommand' }] },
    });
    expect(await update(ports, { command: 'bin/report' })).toMatchObject({
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
  });

  it('leaves schedule, lease and times as they are', async () => {
    const occurrence = new Date('2026-11-24T02:00:00Z');
    const status = {
      lease: { occurrence, replaces: [], holderIdentity: 'a' },
      lastScheduleTime: occurrence,
      schedule: { cron: '0 2 * * *', timeZone: 'UTC', since: occurrence, driver: 'rules' as const },
    };
    const { schedule } = status;
    const jobs = [jobOf('nightly', { schedule: { cron: schedule.cron, timeZone: 'UTC' } }, status)];
    const ports = memoryPorts({ apps: [appOf('billing')], jobs });
    expect(await update(ports, { concurrencyPolicy: 'Replace' })).toMatchObject({ status });
  });

  it('moves the job to another app, which then deletes it', async () => {
    const ports = portsWith();
    const spec = { app: 'billing', concurrencyPolicy: 'Always', suspend: false } as const;
    await createJob(ports, { space: SPACE, name: 'moving', spec });
    const request = { space: SPACE, job: 'moving', patch: patchOf({ app: 'stock' }) };
    expect(await updateJob(ports, request)).toMatchObject({ spec: { app: 'stock' } });
    await ports.apps.delete(SPACE, 'billing');
    expect(ports.jobs.stored('moving')).toBeDefined();
    await ports.apps.delete(SPACE, 'stock');
    expect(ports.jobs.stored('moving')).toBeUndefined();
  });

  it.each([
    ['is not there', [], 'App "other" is not in space "team-a": push it first.'],
    [
      'is being deleted',
      [{ ...appOf('other'), deleting: true as const }],
      'App "other" is being deleted: push it again.',
    ],
  ])('refuses an app that %s, as create-job does', async (_, apps, message) => {
    const ports = memoryPorts({ apps, jobs: [jobOf('nightly')] });
    const refused = { kind: 'invalid', fields: [{ field: 'app', message }] };
    await expect(update(ports, { app: 'other' })).rejects.toMatchObject(refused);
    const spec = { app: 'other', concurrencyPolicy: 'Always', suspend: false } as const;
    await expect(createJob(ports, { space: SPACE, name: 'new', spec })).rejects.toMatchObject(refused);
    expect(ports.jobs.writes).toBe(0);
  });

  it('merges into what another writer has left meanwhile', async () => {
    const ports = portsWith();
    const { jobs } = ports;
    let others = 3;
    const busy: MemoryPorts['jobs'] = Object.assign(Object.create(jobs), {
      update: async (...input: Parameters<typeof jobs.update>) => {
        others -= 1;
        if (others >= 0) await jobs.change(input[0], { startingDeadlineSeconds: others });
        return jobs.update(...input);
      },
    });
    expect(await update({ ...ports, jobs: busy }, { command: 'bin/new' })).toMatchObject({
      spec: { command: 'bin/new', startingDeadlineSeconds: 0 },
    });
  });

  it('gives up over a job that others change all the time', async () => {
    const ports = portsWith();
    const jobs = Object.assign(Object.create(ports.jobs), { update: async () => 'conflict' });
    await expect(update({ ...ports, jobs }, { command: 'bin/new' })).rejects.toMatchObject({
      kind: 'conflict',
      message: 'Job "nightly" is being changed by others all the time. Try again.',
    });
  });

  it('repairs a job that can not run as it stands', async () => {
    const { spec: _, ...stored } = jobOf('nightly');
    const broken = {
      ...stored,
      written: { app: 'billing' },
      problems: [{ field: 'spec.command', message: 'It is empty' }],
    };
    const ports = memoryPorts({ apps: [appOf('billing')], jobs: [broken] });
    await update(ports, { command: 'bin/report' });
    expect(ports.jobs.writes).toBeGreaterThan(0);
  });
});
