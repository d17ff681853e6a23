import { describe, expect, it } from '@jest/globals';
import { applyJobs } from '../../lib/jobs/apply.ts';
import { changedFields } from '../../lib/jobs/apply-plan.ts';
import type { JobSpec } from '../../lib/jobs/job.ts';
import { appOf, jobOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const OF_BILLING = { space: SPACE, app: 'billing' };
const job = (name: string, more: object = {}) => ({ name, concurrencyPolicy: 'Always' as const, ...more });

const portsWith = (...jobs: Parameters<typeof jobOf>[]): MemoryPorts =>
  memoryPorts({ apps: [appOf('billing')], jobs: jobs.map((one) => jobOf(...one)) });

describe('an apply', () => {
  it('writes nothing where nothing differs', async () => {
    const ports = portsWith(['nightly', { env: [{ name: 'A', value: '' }], resources: {} }]);
    const results = await applyJobs(ports, {
      ...OF_BILLING,
      jobs: [job('nightly', { command: 'bin/report', env: [{ name: 'A' }] })],
    });
    expect(results).toEqual([{ name: 'nightly', outcome: 'unchanged', active: true }]);
    expect(ports.jobs.writes).toBe(0);
  });

  it('is refused while another one is under way, and follows it when that has died', async () => {
    const ports = portsWith();
    await ports.apps.changeApplyLease(appOf('billing'), () => ({
      holderIdentity: 'another',
      renewTime: ports.now(),
    }));
    const apply = () => applyJobs(ports, { ...OF_BILLING, jobs: [job('nightly')] });
    await expect(apply()).rejects.toMatchObject({ kind: 'conflict' });
    expect(ports.jobs.stored('nightly')).toBe(undefined);
    ports.setClock(new Date(ports.now().getTime() + 60_000));
    expect(await apply()).toMatchObject([{ outcome: 'created' }]);
  });

  it('writes what there is time for, deletes nothing before, and a repeat does the rest', async () => {
    const ports = portsWith();
    await applyJobs(ports, { ...OF_BILLING, jobs: [job('old')] });
    const { create } = ports.jobs;
    const slow = {
      ...ports,
      jobs: {
        ...ports.jobs,
        create: async (...given: Parameters<typeof create>) => {
          ports.setClock(new Date(ports.now().getTime() + 18_000));
          return create(...given);
        },
      },
    };
    const request = { ...OF_BILLING, jobs: [job('one')], prune: true };
    expect(await applyJobs(slow, request)).toMatchObject([{ outcome: 'created' }, { outcome: 'remaining' }]);
    expect(ports.jobs.stored('old')).toBeDefined();
    expect(await applyJobs(slow, request)).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'deleted' }]);
  });

  it('keeps a time that has passed where the job has it, and refuses it where it is new', async () => {
    const past = { at: '2026-11-20 02:00', timeZone: 'UTC' };
    const ports = portsWith(['closed', { schedule: past }]);
    const closed = job('closed', { command: 'bin/report', schedule: past });
    expect(await applyJobs(ports, { ...OF_BILLING, jobs: [closed] })).toMatchObject([
      { outcome: 'unchanged' },
    ]);
    await expect(
      applyJobs(ports, { ...OF_BILLING, jobs: [closed, job('new', { schedule: past })] }),
    ).rejects.toMatchObject({ kind: 'invalid', fields: [{ field: 'jobs[1].schedule.at' }] });
  });

  it('makes a job that can not run one that can', async () => {
    const { spec: _, ...stored } = jobOf('broken');
    const ports = memoryPorts({
      apps: [appOf('billing')],
      jobs: [
        { ...stored, written: { app: 'billing' }, problems: [{ field: 'spec.command', message: 'No.' }] },
      ],
    });
    expect(await applyJobs(ports, { ...OF_BILLING, jobs: [job('broken')] })).toMatchObject([
      { outcome: 'changed', fields: ['spec'] },
    ]);
    expect(ports.jobs.stored('broken')).toMatchObject({ spec: { app: 'billing' } });
  });
});

describe('the fields in which two jobs differ', () => {
  const { spec } = jobOf('nightly', { trigger: { bus: 'default', pattern: { source: ['a'], id: ['b'] } } });
  it.each<readonly [string, Partial<JobSpec>, readonly string[]]>([
    [
      'none: fields of a pattern have no order',
      { trigger: { bus: 'default', pattern: { id: ['b'], source: ['a'] } } },
      [],
    ],
    ['a pattern', { trigger: { bus: 'default', pattern: { source: ['a'] } } }, ['trigger']],
    ['one that is missing', { command: undefined }, ['command']],
    ['variables have an order', { env: [{ name: 'A', value: 'b' }] }, ['env']],
    ['an empty list is none', { env: [] }, []],
  ])('are %s', (_, more, fields) => {
    expect(changedFields(spec, { ...spec, ...more })).toEqual(fields);
  });
});
