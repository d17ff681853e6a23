import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { OWN_BUS } from '../../support/buses.ts';
import { eventually } from '../../support/eventually.ts';
import { objectPath } from '../../support/paths.ts';
import { EVENT_MS, type Listening, OWN_SOURCE, TIME } from '../support/listening.ts';

/** Event as the embedded EventBridge delivers it. */
const eventText = (id: string, source: string, detail: object): string =>
  JSON.stringify({
    ...{ version: '0', id, 'detail-type': 'Order Placed', source, account: '000000000000', time: TIME },
    ...{ region: 'us-east-1', resources: [], detail },
  });

/** Events that jobs take: each becomes a task, which has it. */
export const eventsTaken = (own: Listening): void => {
  const { api, space, call, create, history, gone, later, listen, put, tasksOf, logOf } = own;

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
      new RegExp(`^${createHash('sha256').update(text).digest('hex')} +-\\s+${Buffer.byteLength(text)}\\n$`),
    );
  });

  it('that are sent ten times, as ours may be, become one task', async () => {
    await create('once');
    await listen('once', OWN_SOURCE, 'service', { detail: { space: [space()], eventId: ['end-1'] } });
    const detail = { eventId: 'end-1', space: space(), depth: 0 };
    await Promise.all(Array.from({ length: 10 }, () => put(OWN_SOURCE, detail, { EventBusName: OWN_BUS })));
    await tasksOf('once', 1);
    // Another one that comes after them: by then they have been looked at.
    await listen('once', OWN_SOURCE, 'service', { detail: { space: [space()], eventId: ['end-2'] } });
    await put(OWN_SOURCE, { ...detail, eventId: 'end-2' }, { EventBusName: OWN_BUS });
    expect(await tasksOf('once', 2)).toHaveLength(2);
  });

  it('that come while a task of the job runs wait under Forbid', async () => {
    await create('forbidding', { command: 'sleep 600', concurrencyPolicy: 'Forbid' });
    await listen('forbidding', 'shop.forbidding');
    await put('shop.forbidding', { order: 1 });
    const [first] = await tasksOf('forbidding', 1);
    await api().until(space(), first?.name ?? '', 'running');
    await put('shop.forbidding', { order: 2 });
    const second = await eventually(
      async () => (await history('forbidding')).find(({ reason }) => reason === 'Queued'),
      { withinMs: EVENT_MS, what: 'a queued task' },
    );
    await call('POST', `/tasks/${first?.name}/terminate`);
    await api().until(space(), first?.name ?? '', 'cancelled');
    await later();
    await api().until(space(), second.name, 'running');
    await call('DELETE', '/jobs/forbidding');
  });

  it.each(['Forbid', 'Replace'])(
    'of one moment with an occurrence run one at a time under %s',
    async (policy) => {
      const name = `meeting-${policy.toLowerCase()}`;
      const schedule = { cron: '*/10 * * * *' };
      await create(name, { command: 'sleep 600', schedule, concurrencyPolicy: policy });
      const job = await listen(name, `shop.${name}`);
      const due = new Date(Object(job).schedule.nextRuns[0]);
      await Promise.all([api().minute(due), put(`shop.${name}`, { order: 1 })]);
      await api().settled();
      const going = async () =>
        (await history(name)).filter(
          ({ state, reason }) => ['pending', 'running'].includes(state) && reason !== 'Queued',
        );
      for (const _ of ['one', 'the other']) {
        const [task] = await eventually(
          async () => ((await going()).some(({ state }) => state === 'running') ? going() : undefined),
          { withinMs: EVENT_MS, what: 'a task that runs' },
        );
        expect(await going()).toHaveLength(1);
        if (policy === 'Replace') break;
        await call('POST', `/tasks/${task?.name}/terminate`);
        await api().until(space(), task?.name ?? '', 'cancelled');
        await later();
      }
      await call('DELETE', `/jobs/${name}`);
    },
  );

  it('leave a Secret that goes with its task, which nobody else can have made', async () => {
    await create('secretive');
    await listen('secretive', 'shop.secretive');
    await put('shop.secretive', { order: 1 });
    const [task] = await tasksOf('secretive', 1);
    const path = objectPath('secrets', space(), `${task?.name}-taskbridge-event`);
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
    await gone(path);
  });
};
