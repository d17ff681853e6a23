import { describe, expect, it } from '@jest/globals';
import { at, nameAt, portsWith, RUNNING, run, statusOf } from '../support/every-minute-job.ts';
import { SPACE } from '../support/memory-ports.ts';

const ENDED = { condition: { status: 'True' as const, reason: 'Succeeded' } };

describe('Forbid', () => {
  it('waits while a task runs, names it, and starts the newest occurrence when it has ended', async () => {
    const ports = portsWith('Forbid', '11:59:05');
    expect(await run(ports)).toEqual(['started 11:59']);
    ports.runs.becomes(nameAt('11:59:00'), RUNNING);
    ports.setClock(at('12:00:05'));
    expect(await run(ports)).toEqual(['waiting 12:00']);
    expect((await statusOf(ports)).conditions).toMatchObject([
      {
        type: 'OnTime',
        status: 'False',
        reason: 'Waiting',
        message: `The run of 2026-11-25T12:00:00Z waits until task "${nameAt('11:59:00')}" has ended.`,
      },
    ]);
    ports.setClock(at('12:01:05'));
    expect(await run(ports)).toEqual(['waiting 12:01']);
    ports.runs.becomes(nameAt('11:59:00'), ENDED);
    expect(await run(ports)).toEqual(['started 12:01']);
  });

  it('starts one task when triggers of neighbouring minutes run concurrently', async () => {
    const ports = portsWith('Forbid', '12:00:05');
    const outcomes = (await Promise.all([run(ports), run(ports)])).flat();
    expect(outcomes.filter((outcome) => outcome.startsWith('started'))).toEqual(['started 11:59']);
    expect(ports.runs.names()).toEqual([nameAt('11:59:00')]);
  });

  it('takes over a lease whose holder crashed', async () => {
    const lease = { occurrence: at('11:59:00'), replaces: [] };
    const ports = portsWith('Forbid', '11:59:40', { status: { lease } });
    expect(await run(ports)).toEqual(['started 11:59']);
    const { lastScheduleTime, lease: left } = await statusOf(ports);
    expect([lastScheduleTime, left]).toEqual([at('11:59:00'), undefined]);
  });

  it('completes a lease whose task exists', async () => {
    const ports = portsWith('Forbid', '11:59:05');
    await run(ports);
    const found = await ports.runs.get(SPACE, nameAt('11:59:00'));
    const again = portsWith('Forbid', '11:59:40', {
      status: { lease: { occurrence: at('11:59:00'), replaces: [] } },
    });
    again.runs.add(found);
    expect(await run(again)).toEqual(['alreadyStarted 11:59']);
  });

  it('drops a lease from before an outage: the newest occurrence runs, once', async () => {
    const lease = { occurrence: at('10:00:00'), replaces: [] };
    const ports = portsWith('Forbid', '11:59:05', { status: { lease, lastScheduleTime: at('09:59:00') } });
    expect(await run(ports)).toEqual(['started 11:59']);
    expect(ports.runs.names()).toEqual([nameAt('11:59:00')]);
  });

  it('counts a task of run-job', async () => {
    const ports = portsWith('Forbid', '11:59:05');
    await run(ports);
    const found = await ports.runs.get(SPACE, nameAt('11:59:00'));
    const again = portsWith('Forbid', '11:59:05');
    again.runs.add({ ...found, name: 'nightly-bcdfg' });
    expect(await run(again)).toEqual(['waiting 11:59']);
  });
});
