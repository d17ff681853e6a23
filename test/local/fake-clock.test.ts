import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFakeClock, type FakeClock, replaceDate } from '../../local/fake-clock.ts';

const CHRISTMAS = new Date('2031-12-25T06:00:00Z');
const MINUTE_MS = 60_000;

/** Within a minute after `moment`: the clock goes on while the test runs. */
const isJustAfter = (moment: Date, time: number): boolean =>
  time >= moment.getTime() && time < moment.getTime() + MINUTE_MS;

let clock: FakeClock;
beforeEach(() => {
  clock = createFakeClock();
});

describe('a fake clock', () => {
  it('is the system clock until it is moved, and runs on from there', () => {
    expect(isJustAfter(new Date(Date.now() - 1), clock.now().getTime())).toBe(true);
    clock.moveTo(CHRISTMAS);
    expect(isJustAfter(CHRISTMAS, clock.now().getTime())).toBe(true);
    clock.moveTo(new Date(0));
    expect(isJustAfter(new Date(0), clock.now().getTime())).toBe(true);
  });

  describe('in a thread', () => {
    const machines = globalThis.Date;
    afterEach(() => {
      globalThis.Date = machines;
    });

    it('replaces all forms of Date without arguments', () => {
      replaceDate(clock.offset);
      clock.moveTo(CHRISTMAS);
      const { now } = Date;
      const made = new Date();
      expect([now(), made.getTime(), Date.parse(Date())].map((time) => isJustAfter(CHRISTMAS, time))).toEqual(
        [true, true, true],
      );
    });

    it('keeps dates with arguments', () => {
      replaceDate(clock.offset);
      clock.moveTo(CHRISTMAS);
      const moment = new Date('2026-11-24T21:00:00Z');
      expect([moment.toISOString(), new Date(2026, 10, 24) instanceof Date, Date.UTC(1970, 0, 1)]).toEqual([
        '2026-11-24T21:00:00.000Z',
        true,
        0,
      ]);
    });

    it('is moved from another thread', async () => {
      const source = `
        const { parentPort, workerData } = require('node:worker_threads');
        parentPort.on('message', () => parentPort.postMessage(Atomics.load(new BigInt64Array(workerData), 0)));`;
      const worker = new Worker(source, { eval: true, workerData: clock.offset });
      const offset = () =>
        new Promise<bigint>((resolve) => {
          worker.once('message', resolve);
          worker.postMessage('ask');
        });
      expect(await offset()).toBe(0n);
      clock.moveTo(CHRISTMAS);
      expect(isJustAfter(CHRISTMAS, Date.now() + Number(await offset()))).toBe(true);
      await worker.terminate();
    });
  });
});
