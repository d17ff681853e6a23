import { describe, expect, it } from '@jest/globals';
import { handlerOver as fireEventOver } from '../../functions/fire-event.ts';
import { handlerOver as fireJobOver } from '../../functions/fire-job.ts';
import { handlerOver as runTaskOver } from '../../functions/run-task-on-event.ts';
import { asyncHandler } from '../../lib/lambda/async-handler.ts';
import { JobFire } from '../../lib/lambda/payloads.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { nested } from '../support/http-event.ts';
import { memoryPorts } from '../support/memory-ports.ts';

const FIRE = { space: 'team-a', job: 'report', time: '2026-11-24T21:00:00Z' };

/** Lambda's context at the beginning of an invocation. */
const context = { getRemainingTimeInMillis: () => 29_000 };

const thrower = (ports: ReturnType<typeof memoryPorts>, error: Error) =>
  asyncHandler(async () => ports, {
    verb: 'fire-job',
    event: JobFire,
    source: 'schedule',
    run: async () => {
      throw error;
    },
  });

describe('an async handler', () => {
  it('returns its result and logs it as one line', async () => {
    const ports = memoryPorts();
    const outcome = [{ outcome: 'jobGone' }];
    expect(await fireJobOver(async () => ports)(FIRE, context)).toEqual(outcome);
    expect(ports.logged).toEqual([
      {
        level: 'info',
        message: 'fire-job',
        fields: { space: 'team-a', job: 'report', time: new Date(FIRE.time), outcome },
      },
    ]);
  });

  it('has a time limit of two seconds less than the invocation', async () => {
    const asked: number[] = [];
    const ports = async (withinMs: number) => {
      asked.push(withinMs);
      return memoryPorts();
    };
    await fireJobOver(ports)(FIRE, context);
    expect(asked).toEqual([27_000]);
  });

  it.each([
    ['nothing', undefined, 'event: Missing.'],
    ['no time', { space: 'team-a', job: 'report' }, 'time: Missing.'],
    ['a string that is not a time', { ...FIRE, time: 'now' }, 'time: "now" is not allowed: a time in UTC'],
    [
      'a day that does not exist',
      { ...FIRE, time: '2026-13-40T21:00:00Z' },
      'time: "2026-13-40T21:00:00Z" is not',
    ],
    ['a job with capitals', { ...FIRE, job: 'Report' }, 'job: "Report" is not allowed'],
    ['an unknown field', { ...FIRE, other: 1 }, 'other: Unknown field; allowed: space, job, time.'],
  ])('throws for an event with %s', async (_, event, problem) => {
    const fire = fireJobOver(async () => memoryPorts());
    await expect(fire(event, context)).rejects.toThrow(`Invalid event for fire-job. ${problem}`);
  });

  it.each([
    ['fire-job', fireJobOver(async () => memoryPorts()), { ...FIRE, time: nested(32) }],
    [
      'fire-event',
      fireEventOver(async () => memoryPorts()),
      { space: 'team-a', job: 'report', event: nested(32) },
    ],
    ['run-task-on-event', runTaskOver(async () => memoryPorts()), { id: 'a', detail: { name: nested(31) } }],
    ['fire-event', fireEventOver(async () => memoryPorts()), nested(100_000)],
  ])('throws for an event of %s that is nested too deep', async (verb, handler, event) => {
    await expect(handler(event, context)).rejects.toThrow(
      `Invalid event for ${verb}. It is nested too deep: its lists and objects may have 32 levels.`,
    );
  });

  it('logs and rethrows an unreachable cluster, so that Lambda counts it', async () => {
    const ports = memoryPorts();
    const error = new DomainError('unavailable', 'The cluster is out of reach. Try again.');
    await expect(thrower(ports, error)(FIRE, context)).rejects.toBe(error);
    expect(ports.logged).toMatchObject([
      {
        level: 'error',
        message: 'fire-job',
        fields: { job: 'report', kind: 'unavailable', detail: error.message },
      },
    ]);
  });

  it('rethrows an internal error, which Lambda logs', async () => {
    const ports = memoryPorts();
    const error = new TypeError('an internal error');
    await expect(thrower(ports, error)(FIRE, context)).rejects.toBe(error);
    expect(ports.logged).toEqual([]);
  });
});
