import { afterAll, describe, expect, it } from '@jest/globals';
import type { InvalidJob, Job } from '../../lib/jobs/job.ts';
import type { Jobs } from '../../lib/jobs/jobs.ts';
import { kubernetesJobs } from '../../lib/jobs/repository.ts';
import { toJob } from '../../lib/jobs/repository-records.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { appOf, jobOf } from '../support/memory-ports.ts';
import { inTurn, json, type Respond, startServer, type TestServer } from '../support/test-server.ts';

const METADATA = {
  ...{ name: 'nightly', namespace: 'team-a', uid: 'uid-1', resourceVersion: '7' },
  creationTimestamp: '2026-11-24T21:00:00Z',
};
const SPEC = { app: 'billing', schedule: { cron: '0 2 * * *', timeZone: 'UTC' } };
const object = (more: object = {}, metadata: object = {}) => ({
  metadata: { ...METADATA, ...metadata },
  spec: SPEC,
  ...more,
});

const servers: TestServer[] = [];
afterAll(() => Promise.all(servers.map(({ close }) => close())));

/** Jobs over a server that answers so, and the server. */
async function over(...answers: readonly Respond[]): Promise<{ jobs: Jobs; server: TestServer }> {
  const server = await startServer(inTurn(...answers));
  servers.push(server);
  return { jobs: kubernetesJobs(createClient({ endpoint: server.endpoint, tls: {} })), server };
}

const answer =
  (status: number, body: object): Respond =>
  (_, response) =>
    json(response, status, body);
const taken = answer(409, { kind: 'Status', reason: 'AlreadyExists', message: 'it exists', code: 409 });

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
    const { status: read } = toJob(object({ status }));
    expect(JSON.parse(JSON.stringify(read))).toEqual(
      JSON.parse(JSON.stringify({ conditions: [], ...expected })),
    );
    expect(read.conditions.every(({ lastTransitionTime }) => lastTransitionTime instanceof Date)).toBe(true);
  });

  it('reports the invalid fields of its spec, and the app that it names', () => {
    const spec = { ...SPEC, schedule: { cron: '* * * *' }, suspend: 'yes', retries: 1 };
    expect(toJob(object({ spec }))).toMatchObject({
      app: 'billing',
      problems: [
        { field: 'spec.schedule.cron' },
        { field: 'spec.suspend', message: '"yes" is not allowed: true or false.' },
        { field: 'spec.retries', message: expect.stringContaining('Unknown field') },
      ],
    });
  });

  it.each([[undefined], ['billing'], [{ app: 'Not A Name' }]])('names no app in the spec %j', (spec) => {
    const broken = toJob(object({ spec }));
    expect(broken).toMatchObject({ problems: [{ field: expect.stringMatching(/^spec/) }] });
    expect('app' in broken ? broken.app : undefined).toBeUndefined();
  });

  it('is being deleted once it has a deletion timestamp', () => {
    expect(toJob(object()).deleting).toBe(false);
    expect(toJob(object({}, { deletionTimestamp: NOW })).deleting).toBe(true);
  });
});

describe('create', () => {
  const { spec } = jobOf('nightly');
  const annotated = (nonce: string) => object({}, { annotations: { 'taskbridge.dev/nonce': nonce } });

  it('succeeds when its own Job has the name: the response was lost', async () => {
    const { jobs } = await over(taken, answer(200, annotated('mine')));
    expect(await jobs.create(appOf('billing'), 'nightly', spec, 'mine')).toMatchObject({ uid: 'uid-1' });
  });

  it.each([
    ['of another client', answer(200, annotated('theirs'))],
    ['that is gone by the time it is read', answer(404, { reason: 'NotFound' })],
  ])('is a conflict with a Job %s', async (_, second) => {
    const { jobs } = await over(taken, second);
    await expect(jobs.create(appOf('billing'), 'nightly', spec, 'mine')).rejects.toMatchObject({
      kind: 'conflict',
    });
  });
});

describe('change', () => {
  it.each([
    [
      'of resources replaces all of them',
      { resources: { memory: 2 ** 30 } },
      { resources: { cpu: null, memory: '1024Mi', disk: null } },
    ],
    ['removes resources', { resources: null }, { resources: null }],
    ['leaves absent fields', { suspend: true, command: undefined }, { suspend: true }],
  ])('%s', async (_, change, patch) => {
    const { jobs, server } = await over(answer(200, object()));
    await jobs.change(jobOf('nightly'), change);
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
      metadata: { uid: 'uid-of-nightly' },
      spec: patch,
    });
    expect(server.received[0]?.headers['content-type']).toBe('application/merge-patch+json');
  });
});

describe('all', () => {
  const collect = async (parts: AsyncIterable<readonly (Job | InvalidJob)[]>) => {
    const names: string[][] = [];
    for await (const part of parts) names.push(part.map(({ name }) => name));
    return names;
  };
  const COLUMNS = ['Name', 'Suspended', 'Space', 'Uid', 'Version', 'Created', 'Deleted', 'Spec', 'Status'];
  const row = (name: string) => ({
    cells: [
      name,
      false,
      'team-a',
      `uid-of-${name}`,
      '7',
      METADATA.creationTimestamp,
      null,
      JSON.stringify(SPEC),
      '{}',
    ],
    object: null,
  });
  const table = (rows: readonly object[] | null, next?: string, columns = COLUMNS) =>
    answer(200, {
      kind: 'Table',
      metadata: next === undefined ? {} : { continue: next },
      columnDefinitions: columns.map((name) => ({ name })),
      rows,
    });

  it('reads pages of rows without objects', async () => {
    const { jobs, server } = await over(table([row('a'), row('b')], 'after b'), table([row('c')]));
    expect(await collect(jobs.all())).toEqual([['a', 'b'], ['c']]);
    expect(server.received.map(({ path }) => path)).toEqual([
      '/apis/taskbridge.dev/v1alpha1/jobs?limit=1000&includeObject=None',
      '/apis/taskbridge.dev/v1alpha1/jobs?continue=after+b&limit=1000&includeObject=None',
    ]);
    expect(server.received[0]?.headers.accept).toContain('as=Table');
  });

  it('returns the same Jobs as a read of each', async () => {
    const { jobs } = await over(
      table([row('nightly')]),
      answer(200, object({ status: {} }, { uid: 'uid-of-nightly' })),
    );
    const { value } = await jobs.all()[Symbol.asyncIterator]().next();
    expect(value).toEqual([await jobs.get('team-a', 'nightly')]);
  });

  it.each(['Spec', 'Status'])('has every other Job where the %s of one is no object', async (column) => {
    const cells = row('odd').cells.with(COLUMNS.indexOf(column), 'a text');
    const { jobs } = await over(table([row('a'), { cells, object: null }, row('b')]));
    expect(await collect(jobs.all())).toEqual([['a', 'odd', 'b']]);
  });

  it('returns an empty list', async () => {
    const { jobs } = await over(table(null));
    expect(await collect(jobs.all())).toEqual([[]]);
  });

  it('reads objects where the cluster does not have the columns yet', async () => {
    const { jobs, server } = await over(
      table([row('nightly')], undefined, ['Name', 'App']),
      answer(200, { metadata: {}, items: [object()] }),
    );
    expect(await collect(jobs.all())).toEqual([['nightly']]);
    expect(server.received[1]?.headers.accept).toBe('application/json, */*;q=0.8');
  });

  it('fails when the continue token has expired', async () => {
    const { jobs } = await over(
      table([row('a')], 'b'),
      answer(410, { reason: 'Expired', message: 'too old' }),
    );
    await expect(collect(jobs.all())).rejects.toMatchObject({ kind: 'gone' });
  });

  it('fails without permission to list', async () => {
    const message =
      'jobs.taskbridge.dev is forbidden: User "a" cannot list resource "jobs" at the cluster scope';
    const { jobs } = await over(answer(403, { kind: 'Status', message }));
    await expect(collect(jobs.all())).rejects.toThrow(`The Jobs of the cluster can't be listed: ${message}`);
  });
});
