import { createHash } from 'node:crypto';
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newMovedClock } from '../../../local/moved-clock.ts';
import { newTestClient } from '../../support/eventbridge.ts';
import { eventually } from '../../support/eventually.ts';
import { objectPath } from '../../support/paths.ts';
import { type Api, startApi } from './api.ts';

const MINUTE_MS = 60_000;

/** As in the suite of fires: the clock is moved ahead, and never gets to now. */
const BEHIND_MS = 5 * 60 * MINUTE_MS;

const EVENT_MS = 45_000;
const OWN_BUS = 'taskbridge-local';
const OWN_SOURCE = 'taskbridge.local';
const TIME = '2026-11-24T21:00:00Z';

type Task = { readonly name: string; readonly state: string; readonly reason?: string };

/** Events in and out: a rule hands them to a task, and the reconcile tells of tasks that ended. */
export const events = (outer: () => Api): void => {
  describe('events', () => {
    let running: Api | undefined;
    let eventBridge: EventBridgeClient;
    let space: string;
    const api = (): Api => {
      if (running === undefined) throw new Error('The HTTP API did not start; see the first failure.');
      return running;
    };
    const call = (method: string, path: string, body?: object) =>
      api().call(method, `/v1/spaces/${space}${path}`, body);
    const create = async (name: string, spec: object = {}): Promise<void> => {
      const { status, body } = await call('POST', '/jobs', { name, app: 'billing', ...spec });
      expect({ status, body }).toMatchObject({ status: 201 });
    };
    const listen = async (job: string, source: string, bus = 'default', more: object = {}) => {
      const answer = await call('PUT', `/jobs/${job}/trigger`, {
        bus,
        pattern: { source: [source], ...more },
      });
      expect(answer).toMatchObject({ status: 200 });
      return answer.body;
    };
    const put = async (Source: string, detail: object, more: object = {}): Promise<string> => {
      const entry = {
        Source,
        DetailType: 'Order Placed',
        Detail: JSON.stringify(detail),
        Time: new Date(TIME),
      };
      const { Entries = [] } = await eventBridge.send(
        new PutEventsCommand({ Entries: [{ ...entry, ...more }] }),
      );
      return Entries[0]?.EventId ?? '';
    };
    /** As the embedded EventBridge hands an event on. */
    const eventText = (id: string, source: string, detail: object): string =>
      JSON.stringify({
        ...{ version: '0', id, 'detail-type': 'Order Placed', source, account: '000000000000', time: TIME },
        ...{ region: 'us-east-1', resources: [], detail },
      });
    const history = async (job: string): Promise<readonly Task[]> =>
      (await call('GET', `/jobs/${job}/tasks`)).body.items;
    /** The tasks of a job, once there are so many. */
    const tasksOf = (job: string, count: number) =>
      eventually(
        async () => {
          const tasks = await history(job);
          return tasks.length >= count ? tasks : undefined;
        },
        { withinMs: EVENT_MS, what: `${count} tasks of ${job}` },
      );
    const logOf = async (task: Task | undefined): Promise<string> => {
      await api().until(space, task?.name ?? '', 'succeeded');
      return (await call('GET', `/tasks/${task?.name}/logs`)).body.log;
    };
    const minuteLater = () => api().minute(new Date(api().now().getTime() + MINUTE_MS));

    beforeAll(async () => {
      const clock = newMovedClock();
      clock.moveTo(new Date(Date.now() - BEHIND_MS));
      running = await startApi(outer().target, { clock });
      eventBridge = newTestClient(running.eventBridge);
      space = await api().target.openSpace();
      await api().push(space, 'billing', { command: 'true' });
    });

    afterAll(async () => {
      eventBridge.destroy();
      await running?.stop();
    });

    it('become tasks that find the event in a file, and its fields in variables', async () => {
      await create('orders', {
        command: [
          'cat "$TASKBRIDGE_EVENT_FILE"; echo',
          'echo "$TASKBRIDGE_EVENT_ID $TASKBRIDGE_EVENT_SOURCE $TASKBRIDGE_EVENT_DETAIL_TYPE $TASKBRIDGE_EVENT_TIME"',
        ].join('; '),
      });
      const job = await listen('orders', 'shop.orders');
      expect(job.conditions).toContainEqual(expect.objectContaining({ type: 'Triggered', status: 'True' }));
      const detail = { text: '$(date) $$ "한국어"\n', none: null, list: [1, [2]] };
      const id = await put('shop.orders', detail);
      await put('shop.others', detail);
      const [task, ...more] = await tasksOf('orders', 1);
      expect(more).toEqual([]);
      expect(task).toMatchObject({ requestedBy: 'event', job: 'orders' });
      expect(await logOf(task)).toBe(
        `${eventText(id, 'shop.orders', detail)}\n${id} shop.orders Order Placed ${TIME}\n`,
      );
    });

    it('of 200 KB arrive byte for byte, on the own bus too', async () => {
      await create('large', {
        command: 'sha256sum < "$TASKBRIDGE_EVENT_FILE"; wc -c < "$TASKBRIDGE_EVENT_FILE"',
      });
      await listen('large', 'shop.large', 'service');
      const detail = { lines: Array.from({ length: 2_400 }, (_, line) => `${line} ${'é€𝄞$('.repeat(7)}`) };
      const id = await put('shop.large', detail, { EventBusName: OWN_BUS });
      const text = eventText(id, 'shop.large', detail);
      expect(Buffer.byteLength(text)).toBeGreaterThan(180_000);
      const [task] = await tasksOf('large', 1);
      expect(await logOf(task)).toMatch(
        new RegExp(
          `^${createHash('sha256').update(text).digest('hex')} +-\\s+${Buffer.byteLength(text)}\\n$`,
        ),
      );
    });

    it('that are sent ten times, as ours may be, become one task', async () => {
      await create('once');
      await listen('once', OWN_SOURCE, 'service', { detail: { space: [space], eventId: ['end-1'] } });
      const detail = { eventId: 'end-1', space, depth: 0 };
      await Promise.all(Array.from({ length: 10 }, () => put(OWN_SOURCE, detail, { EventBusName: OWN_BUS })));
      await tasksOf('once', 1);
      // Another one that comes after them: by then they have been looked at.
      await listen('once', OWN_SOURCE, 'service', { detail: { space: [space], eventId: ['end-2'] } });
      await put(OWN_SOURCE, { ...detail, eventId: 'end-2' }, { EventBusName: OWN_BUS });
      expect(await tasksOf('once', 2)).toHaveLength(2);
    });

    it('tell of the end of job A, after which job B runs', async () => {
      await create('first', { command: 'exit 3' });
      await create('second', { command: 'cat "$TASKBRIDGE_EVENT_FILE"' });
      await listen('second', OWN_SOURCE, 'service', {
        'detail-type': ['Task Failed', 'Task Succeeded'],
        detail: { space: [space], job: ['first'] },
      });
      const { body: first } = await call('POST', '/jobs/first/run', {});
      await api().until(space, first.name, 'failed');
      await minuteLater();
      const [task] = await tasksOf('second', 1);
      const event = JSON.parse(await logOf(task));
      expect(event).toMatchObject({
        source: OWN_SOURCE,
        'detail-type': 'Task Failed',
        detail: {
          space,
          job: 'first',
          app: 'billing',
          name: first.name,
          state: 'failed',
          exitCode: 3,
          depth: 0,
        },
      });
      await minuteLater();
      await minuteLater();
      expect(await history('second')).toHaveLength(1);
    });

    it('that come while a task of the job runs wait under Forbid', async () => {
      await create('forbidding', { command: 'sleep 600', concurrencyPolicy: 'Forbid' });
      await listen('forbidding', 'shop.forbidding');
      await put('shop.forbidding', { order: 1 });
      const [first] = await tasksOf('forbidding', 1);
      await api().until(space, first?.name ?? '', 'running');
      await put('shop.forbidding', { order: 2 });
      const second = await eventually(
        async () => (await history('forbidding')).find(({ reason }) => reason === 'Parked'),
        { withinMs: EVENT_MS, what: 'a parked task' },
      );
      await call('POST', `/tasks/${first?.name}/terminate`);
      await api().until(space, first?.name ?? '', 'cancelled');
      await minuteLater();
      await api().until(space, second.name, 'running');
      await call('DELETE', '/jobs/forbidding');
    });

    it('leave a Secret that goes with its task, which nobody else can have made', async () => {
      await create('secretive');
      await listen('secretive', 'shop.secretive');
      await put('shop.secretive', { order: 1 });
      const [task] = await tasksOf('secretive', 1);
      const path = objectPath('secrets', space, `${task?.name}-event`);
      const { body } = await eventually(
        async () => {
          const answer = await api().target.as('admin').get(path);
          return answer.status === 200 ? answer : undefined;
        },
        { withinMs: EVENT_MS, what: path },
      );
      expect(body).toMatchObject({
        type: 'Opaque',
        metadata: { ownerReferences: [{ kind: 'PipelineRun', name: task?.name }] },
      });
      await call('DELETE', '/jobs/secretive');
      await eventually(
        async () => ((await api().target.as('admin').get(path)).status === 404 ? true : undefined),
        { withinMs: EVENT_MS, what: `the end of ${path}` },
      );
    });

    it('come no more when the trigger is taken away', async () => {
      await create('deaf');
      await listen('deaf', 'shop.deaf');
      expect(api().rules(space, 'deaf')).toHaveLength(1);
      const listed = (await call('GET', '/jobs?triggered=true')).body.items;
      expect(listed.map(({ name }: Task) => name)).toContain('deaf');
      expect((await call('DELETE', '/jobs/deaf/trigger')).status).toBe(204);
      expect(api().rules(space, 'deaf')).toEqual([]);
      expect((await call('DELETE', '/jobs/deaf/trigger')).status).toBe(404);
      expect((await call('GET', '/jobs/deaf')).body).not.toHaveProperty('trigger');
    });

    it('of a pattern that is replaced by another are no longer those of the first', async () => {
      await create('replaced');
      await listen('replaced', 'shop.a', 'default', { detail: { kind: ['a'], only: [{ exists: true }] } });
      const job = await listen('replaced', 'shop.b', 'default', { detail: { kind: ['b'] } });
      expect(job.trigger).toEqual({
        bus: 'default',
        pattern: { source: ['shop.b'], detail: { kind: ['b'] } },
      });
    });

    it.each([
      ['no pattern', {}, 'pattern'],
      ['an unknown bus', { bus: 'other', pattern: { source: ['shop.a'] } }, 'bus'],
      ['no source', { pattern: { detail: { a: [1] } } }, 'pattern'],
      [
        'the ends of all spaces',
        { bus: 'service', pattern: { source: [OWN_SOURCE] } },
        'pattern.detail.space',
      ],
      ['an operator that is none', { pattern: { source: ['shop.a'], id: [{ like: 'a' }] } }, 'pattern.id'],
    ])('are refused with %s', async (_, body, field) => {
      const answer = await call('PUT', '/jobs/orders/trigger', body);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    });
  });
};
