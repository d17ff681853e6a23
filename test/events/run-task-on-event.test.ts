import { describe, expect, it } from '@jest/globals';
import { handlerOver } from '../../functions/run-task-on-event.ts';
import { runTaskOnEvent } from '../../lib/events/run-task-on-event.ts';
import { ANNOTATION } from '../../lib/platform/labels.ts';
import { appOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const SOURCES = { [SPACE]: { service: ['shop.*'] }, other: { service: ['*'] } };

const world = (): MemoryPorts =>
  memoryPorts({ apps: [appOf('billing', { command: 'bin/migrate' })], sources: SOURCES });

const event = (detail: object = {}, more: object = {}) => ({
  id: 'event-1',
  source: 'shop.orders',
  'detail-type': 'Run Task',
  detail: { space: SPACE, app: 'billing', ...detail },
  ...more,
});

const call = (ports: MemoryPorts, one: unknown) =>
  handlerOver(async () => ports)(one, { getRemainingTimeInMillis: () => 29_000 });

describe('an event "Run Task"', () => {
  it('runs the requested task, with the source as requestedBy', async () => {
    const ports = world();
    const task = { command: 'bin/invoice', name: 'invoice', resources: { memory: '1G' } };
    expect(await call(ports, event(task))).toMatchObject({ outcome: 'started' });
    const [name = ''] = ports.runs.names();
    expect(ports.runs.stored(name)?.annotations).toMatchObject({
      [ANNOTATION.requestedBy]: 'event of shop.orders',
      [ANNOTATION.command]: 'bin/invoice',
    });
  });

  it('takes arguments, variables and a timeout, as the request does', async () => {
    const ports = world();
    const given = { args: ['--month', '11'], env: [{ name: 'DRY_RUN', value: 'yes' }], timeout: '20m' };
    await call(ports, event(given));
    const [name = ''] = ports.runs.names();
    expect(JSON.parse(ports.runs.stored(name)?.annotations[ANNOTATION.overrides] ?? '')).toEqual({
      ...{ env: ['DRY_RUN'], args: 2, timeout: '1200s' },
    });
    await expect(call(ports, event({ timeout: '0s' }))).rejects.toThrow('detail.timeout: It is 0');
  });

  it('passes the trace of the event on, and logs it', async () => {
    const traceparent = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';
    const ports = { ...world(), trace: { traceparent } };
    await call(ports, event());
    const [name = ''] = ports.runs.names();
    expect(ports.runs.stored(name)?.annotations[ANNOTATION.traceparent]).toBe(traceparent);
    expect(ports.logged).toMatchObject([{ message: 'run-task-on-event', fields: { traceparent } }]);
  });

  it('runs one task for duplicate deliveries', async () => {
    const ports = world();
    const first = await call(ports, event());
    expect(await call(ports, event())).toEqual({ ...Object(first), outcome: 'repeated' });
    expect(await call(ports, event({}, { id: 'event-2' }))).toMatchObject({ outcome: 'started' });
    expect(ports.runs.names()).toHaveLength(2);
  });

  it('runs one task for an idempotency key, independent of the event id', async () => {
    const ports = world();
    await call(ports, event({ idempotencyKey: 'order-1' }));
    await call(ports, event({ idempotencyKey: 'order-1' }, { id: 'event-2' }));
    expect(ports.runs.names()).toHaveLength(1);
    const other = event({ idempotencyKey: 'order-1', command: 'bin/other' });
    await expect(call(ports, other)).rejects.toThrow('It was used for another request');
  });

  it.each([
    [
      'of a source that the stage does not name',
      event({}, { source: 'aws.s3' }),
      'may not run tasks in space "team-a"',
    ],
    ['of a source that only begins like an allowed one', event({}, { source: 'shop' }), 'may not run tasks'],
    [
      "of the stage's own, which anybody could pretend",
      event({}, { source: 'taskbridge.test' }),
      'may not run tasks',
    ],
    ['of an unknown app', event({ app: 'none' }), 'none'],
    ['of another type', event({}, { 'detail-type': 'Order Placed' }), 'Invalid event for run-task-on-event'],
    [
      'with a field that is none',
      event({ cmd: 'x' }),
      'detail.cmd: Unknown field; allowed: space, app, command',
    ],
    ['with an invalid memory', event({ resources: { memory: 'much' } }), 'detail.resources.memory: '],
    ['without a space', { ...event(), detail: { app: 'billing' } }, 'detail.space: '],
  ])('%s fails, and starts nothing', async (_, one, message) => {
    const ports = world();
    await expect(call(ports, one)).rejects.toThrow(message);
    expect(ports.runs.names()).toEqual([]);
  });

  it('logs the reason of a rejection', async () => {
    const ports = world();
    const asked = runTaskOnEvent(ports, {
      id: '1',
      source: 'aws.s3',
      detail: { space: SPACE, app: 'billing' },
    });
    await expect(asked).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(call(ports, event({}, { source: 'aws.s3' }))).rejects.toThrow();
    expect(ports.logged.at(-1)).toMatchObject({
      level: 'error',
      message: 'run-task-on-event',
      fields: { kind: 'forbidden', space: SPACE, app: 'billing', source: 'aws.s3' },
    });
  });
});
