import { describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { fireEvent } from '../../lib/events/fire-event.ts';
import { MAX_CHAIN_DEPTH } from '../../lib/events/outbound-events.ts';
import type { JobSpec } from '../../lib/jobs/job.ts';
import { ANNOTATION } from '../../lib/platform/labels.ts';
import { depthOf } from '../../lib/tasks/event.ts';
import { isQueued } from '../../lib/tasks/task.ts';
import { appOf, jobOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const TRIGGER = { bus: 'default', pattern: { source: ['aws.s3'] } } as const;

const portsWith = (job: Partial<JobSpec> = {}, app: Partial<AppSpec> = {}): MemoryPorts =>
  memoryPorts({
    apps: [appOf('billing', { command: 'bin/migrate', ...app })],
    jobs: [jobOf('report', { trigger: TRIGGER, ...job })],
  });

const facts = (id: string, more: object = {}) => ({
  id,
  source: 'aws.s3',
  detailType: 'Object Created',
  time: '2026-11-24T21:00:00Z',
  detail: { key: 'in.csv' },
  ...more,
});
const fire = (ports: MemoryPorts, id: string, more: object = {}) =>
  fireEvent(ports, {
    space: SPACE,
    job: 'report',
    event: { facts: facts(id, more), json: `{"id":"${id}"}` },
  });
const ownEvent = (depth: number, eventId = 'end-1', space = SPACE) => ({
  source: 'taskbridge.test',
  detail: { eventId, depth, space },
});
const OWN = 'taskbridge.test';
const DETAIL = { eventId: 'end-1', space: SPACE, depth: 0 };

/** Details that Taskbridge never sends, by what is wrong with them. */
const FORGED: readonly (readonly [what: string, detail: unknown])[] = [
  ['without a detail', undefined],
  ['with a detail of null', null],
  ['with a text as its detail', 'detail'],
  ['with a list as its detail', [DETAIL]],
  ['with its fields in __proto__', JSON.parse(`{"__proto__":${JSON.stringify(DETAIL)}}`)],
  ...Object.keys(DETAIL).flatMap((field) =>
    [undefined, null, true, {}, [], [Object.entries(DETAIL)], '', field === 'depth' ? '0' : 7].map(
      (value) => [`with ${JSON.stringify(value)} as its ${field}`, { ...DETAIL, [field]: value }] as const,
    ),
  ),
  ['with two spaces', { ...DETAIL, space: ['team-b', SPACE] }],
  ['with a space that is no name', { ...DETAIL, space: 'team-b/..' }],
  ['with an id of 1 MB', { ...DETAIL, eventId: 'x'.repeat(2 ** 20) }],
  ['with NUL in its id', { ...DETAIL, eventId: 'a\0' }],
];

const queued = (ports: MemoryPorts) =>
  ports.runs.names().filter((name) => isQueued(ports.runs.stored(name) ?? {}));
const ends = (ports: MemoryPorts, name: string) =>
  ports.runs.becomes(name, { condition: { status: 'True', reason: 'Succeeded' } });

describe('an event', () => {
  it('starts one task, however often it is delivered, which has the event in a Secret', async () => {
    const ports = portsWith();
    const first = await fire(ports, 'event-1');
    expect(first.outcome).toBe('started');
    expect(await fire(ports, 'event-1')).toEqual({ outcome: 'alreadyStarted', task: first.task });
    expect(ports.runs.names()).toEqual([first.task]);
    expect(ports.stored.get(`${first.task}-taskbridge-event`)).toEqual({ 'event.json': '{"id":"event-1"}' });
    expect(ports.runs.stored(first.task ?? '')?.annotations).toMatchObject({
      [ANNOTATION.eventId]: 'event-1',
      [ANNOTATION.eventSource]: 'aws.s3',
      [ANNOTATION.eventDetailType]: 'Object Created',
      [ANNOTATION.requestedBy]: 'event',
    });
  });

  it('that is delivered ten times concurrently starts one task', async () => {
    const ports = portsWith();
    const fired = await Promise.all(Array.from({ length: 10 }, () => fire(ports, 'event-1')));
    expect(fired.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
    expect(ports.runs.names()).toHaveLength(1);
  });

  it('whose Secret was not created gets it in the next delivery', async () => {
    const ports = portsWith();
    const { createOwned } = ports.secrets;
    const broken = {
      ...ports,
      secrets: { ...ports.secrets, createOwned: () => Promise.reject(new Error('killed')) },
    };
    await expect(fire(broken, 'event-1')).rejects.toThrow('killed');
    expect(ports.runs.names()).toHaveLength(1);
    expect(ports.stored.size).toBe(0);
    expect(await fire({ ...ports, secrets: { ...ports.secrets, createOwned } }, 'event-1')).toMatchObject({
      outcome: 'alreadyStarted',
    });
    expect(ports.stored.size).toBe(1);
  });

  it('whose task never started has a new task after a redrive', async () => {
    const ports = portsWith();
    const { task = '' } = await fire(ports, 'event-1');
    await ports.runs.cancel(SPACE, task, 'PendingTimeout');
    ports.runs.becomes(task, { condition: { status: 'False', reason: 'Cancelled' } });
    const again = await fire(ports, 'event-1');
    expect(again.outcome).toBe('started');
    expect(await fire(ports, 'event-1')).toEqual({ outcome: 'alreadyStarted', task: again.task });
    expect(ports.runs.names()).toEqual([task, again.task]);
  });

  it.each([
    ['of a job that is gone', undefined, {}, 'jobGone'],
    ['of a job without a trigger', { trigger: undefined }, {}, 'notTriggered'],
    ['of a job that is suspended', { suspend: true }, {}, 'suspended'],
    ['of Taskbridge about another space', {}, ownEvent(0, 'end-1', 'team-b'), 'otherSpace'],
    ['of Taskbridge at the end of a chain', {}, ownEvent(MAX_CHAIN_DEPTH), 'tooDeep'],
    ...FORGED.map(
      ([what, detail]) => [`of the stage's source ${what}`, {}, { source: OWN, detail }, 'notOurs'] as const,
    ),
    ['of the stage with a depth past all', {}, ownEvent(1e308), 'tooDeep'],
  ])('%s starts nothing', async (_, job, more, outcome) => {
    const ports = job === undefined ? memoryPorts({ apps: [appOf('billing')] }) : portsWith(job);
    expect(await fire(ports, 'event-1', more)).toEqual({ outcome });
    expect(ports.runs.names()).toEqual([]);
  });

  it('of Taskbridge is identified by its eventId, and starts a task one level deeper', async () => {
    const ports = portsWith();
    const { task = '' } = await fire(ports, 'event-1', ownEvent(MAX_CHAIN_DEPTH - 1));
    expect(await fire(ports, 'event-2', ownEvent(MAX_CHAIN_DEPTH - 1))).toEqual({
      outcome: 'alreadyStarted',
      task,
    });
    expect(ports.runs.stored(task)?.annotations[ANNOTATION.eventDepth]).toBe(String(MAX_CHAIN_DEPTH));
  });

  it.each([
    ['continue its trace', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', true],
    ['have a new trace where it has none', undefined, false],
    ['have a new trace where its own is malformed', 'x'.repeat(2 ** 20), false],
    ['have a new trace where its own is no text', 7, false],
  ])('of a task has tasks that %s', async (_, traceparent, continues) => {
    const ports = portsWith();
    const { source, detail } = ownEvent(0);
    const { task = '' } = await fire(ports, 'event-1', { source, detail: { ...detail, traceparent } });
    const found = ports.runs.stored(task)?.annotations[ANNOTATION.traceparent];
    expect(found).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    expect(found === traceparent).toBe(continues);
  });

  it.each([
    [-99, 0],
    [-1, 0],
    [0.5, 1],
    [Number.MIN_SAFE_INTEGER, 0],
  ])('of Taskbridge with the depth %d is at %d', async (depth, at) => {
    const ports = portsWith();
    const { task = '' } = await fire(ports, 'event-1', ownEvent(depth));
    expect(ports.runs.stored(task)?.annotations[ANNOTATION.eventDepth]).toBe(String(at));
  });

  it.each([
    ['-99', 0],
    ['', 0],
    ['x', 0],
    ['3', 3],
    ['9', 9],
    ['10', 9],
    ['1e9', 1],
    ['9'.repeat(400), 9],
  ])('ends a chain by its annotation %s at %d', (annotation, depth) => {
    expect(depthOf({ [ANNOTATION.eventDepth]: annotation })).toBe(depth);
  });

  it.each([
    ['without its app', memoryPorts({ jobs: [jobOf('report', { trigger: TRIGGER })] }), 'is not in space'],
    ['without a command', portsWith({ command: undefined }, { command: undefined }), 'has a command'],
  ])('of a job %s is thrown, so that it can be sent again', async (_, ports, words) => {
    await expect(fire(ports, 'event-1')).rejects.toThrow(words);
  });
});

describe('an event whose task and Secret exist', () => {
  it.each(['Forbid', 'Replace'] as const)(
    'is no dead letter where the cluster goes out of reach before its admission, under %s',
    async (policy) => {
      const ports = portsWith({ concurrencyPolicy: policy });
      const { createOwned } = ports.secrets;
      const cut: typeof createOwned = async (...of) => {
        const made = await createOwned(...of);
        ports.cluster.outOfReach = true;
        return made;
      };
      const { outcome, task } = await fire(
        { ...ports, secrets: { ...ports.secrets, createOwned: cut } },
        '1',
      );
      ports.cluster.outOfReach = false;
      expect([outcome, queued(ports)]).toEqual(['started', [task]]);
      expect(ports.logged).toMatchObject([{ message: 'not admitted', fields: { task } }]);
    },
  );
});

describe('events during a task of the job', () => {
  it('wait under Forbid, and none is lost', async () => {
    const ports = portsWith({ concurrencyPolicy: 'Forbid' });
    const [first, second, third] = [await fire(ports, '1'), await fire(ports, '2'), await fire(ports, '3')];
    expect(queued(ports)).toEqual([second.task, third.task]);
    expect(first.task).toBeDefined();
  });

  it.each(['Forbid', 'Replace'] as const)(
    'go at once under %s, though Tekton has not seen them yet',
    async (policy) => {
      const ports = portsWith({ concurrencyPolicy: policy });
      const { list } = ports.runs;
      const unseen: typeof list = async (...of) => {
        const page = await list(...of);
        return { ...page, items: page.items.map((row) => ({ ...row, condition: undefined })) };
      };
      await fire({ ...ports, runs: { ...ports.runs, list: unseen } }, '1');
      expect(queued(ports)).toEqual([]);
    },
  );

  it('replace it under Replace', async () => {
    const ports = portsWith({ concurrencyPolicy: 'Replace' });
    const { task: old = '' } = await fire(ports, '1');
    ports.runs.becomes(old, { taskRun: `${old}-task` }, { runningSince: '2026-11-24T21:00:01Z' });
    ports.setClock(new Date('2026-11-24T21:00:05Z'));
    const cancels = ports.runs.cancel;
    const stopping = {
      ...ports,
      runs: {
        ...ports.runs,
        cancel: async (...of: Parameters<typeof cancels>) => {
          const answer = await cancels(...of);
          ports.runs.becomes(of[1], { condition: { status: 'False', reason: 'Cancelled' } });
          return answer;
        },
      },
    };
    const { task: next = '' } = await fire(stopping, '2');
    expect(ports.runs.cancelled()).toEqual([old]);
    expect(queued(ports)).toEqual([]);
    expect(ports.runs.names()).toEqual([old, next]);
  });

  it('never exceed maxRunning of the app', async () => {
    const ports = portsWith({}, { maxRunning: 2 });
    for (const id of ['1', '2', '3']) await fire(ports, id);
    expect(queued(ports)).toHaveLength(1);
    ends(ports, ports.runs.names()[0] ?? '');
    expect(await fire(ports, '4')).toMatchObject({ outcome: 'started' });
    expect(queued(ports)).toHaveLength(2);
  });
});
