import { describe, expect, it } from '@jest/globals';
import { fireEvent } from '../../lib/events/fire-event.ts';
import { runJob } from '../../lib/jobs/manage.ts';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { prune } from '../../lib/tasks/prune.ts';
import { runTask } from '../../lib/tasks/run.ts';
import { jobOf, type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, round } from '../support/reconcile-context.ts';

const run = async (ports: MemoryPorts): Promise<string> =>
  (await runTask(ports, { space: SPACE, app: 'billing', requestedBy: 'ada' })).task.name;

const end = (ports: MemoryPorts, name: string, exitCode = 0): void => {
  const status = exitCode === 0 ? 'True' : 'False';
  ports.runs.becomes(
    name,
    {
      condition: { status, reason: exitCode === 0 ? 'Succeeded' : 'Failed' },
      completedAt: '2026-11-25T12:01:00Z',
    },
    {
      condition: { status },
      terminated: {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        finishedAt: '2026-11-25T12:00:59Z',
      },
    },
  );
};

const reported = (ports: MemoryPorts) => ports.bus.reported.map(({ detail }) => detail.name);
const isMarked = (ports: MemoryPorts, name: string): boolean =>
  ports.runs.stored(name)?.labels[LABEL.reported] === 'true';

/** Ports on which no run can be marked as reported. A killed process at that moment: test/faults/killed.faults.ts. */
const withoutMark = (ports: MemoryPorts): MemoryPorts => ({
  ...ports,
  runs: { ...ports.runs, markReported: () => Promise.reject(new Error('The cluster is out of reach.')) },
});

describe('the event of a finished task', () => {
  it('is published once, with the fields of the task but without its command', async () => {
    const ports = contextOf();
    const name = await run(ports);
    end(ports, name, 7);
    await round(ports);
    await round(ports);
    expect(ports.bus.reported).toEqual([
      {
        detailType: 'Task Failed',
        time: at('12:00:59'),
        detail: {
          eventId: expect.stringMatching(/^[0-9a-f]{32}$/),
          ...{ space: SPACE, app: 'billing', name, id: name.slice(-5), depth: 0 },
          ...{ state: 'failed', exitCode: 7, reason: 'Error', requestedBy: 'ada' },
          message: 'The command failed: exit code 7.',
          traceparent: ports.runs.stored(name)?.annotations[ANNOTATION.traceparent],
          ...{ createdAt: '2026-11-25T12:00:30Z', finishedAt: '2026-11-25T12:00:59Z' },
        },
      },
    ]);
    expect(isMarked(ports, name)).toBe(true);
  });

  it.each([
    ['Succeeded', { status: 'True', reason: 'Succeeded' }, 'Task Succeeded'],
    ['Cancelled', { status: 'False', reason: 'Cancelled' }, 'Task Cancelled'],
    ['TaskRunTimeout', { status: 'False', reason: 'TaskRunTimeout' }, 'Task Timed Out'],
  ] as const)('has the detail type of %s', async (_, condition, detailType) => {
    const ports = contextOf();
    ports.runs.becomes(await run(ports), { condition });
    await round(ports);
    expect(ports.bus.reported.map((event) => event.detailType)).toEqual([detailType]);
  });

  it('is published once for each of a hundred tasks, ten in a request', async () => {
    const ports = contextOf();
    const names = await Promise.all(Array.from({ length: 100 }, () => run(ports)));
    for (const name of names) end(ports, name);
    expect(await round(ports)).toEqual({ succeeded: 100 });
    await round(ports);
    expect(reported(ports).toSorted()).toEqual(names.toSorted());
    expect(ports.bus.requests).toEqual(Array.from({ length: 10 }, () => 10));
  });

  it('is published by the next reconcile where the bus rejected it, and the others only once', async () => {
    const ports = contextOf();
    const [first, second] = [await run(ports), await run(ports)];
    for (const name of [first, second]) end(ports, name);
    ports.bus.refuses = ({ detail }) => detail.name === first;
    await round(ports);
    expect([isMarked(ports, first), isMarked(ports, second)]).toEqual([false, true]);
    ports.bus.refuses = () => false;
    await round(ports);
    expect(reported(ports)).toEqual([second, first]);
  });

  it('is published again with the same eventId after the run could not be marked as reported', async () => {
    const ports = contextOf();
    const name = await run(ports);
    end(ports, name);
    await round(withoutMark(ports));
    expect(isMarked(ports, name)).toBe(false);
    await round(ports);
    expect(reported(ports)).toEqual([name, name]);
    const [one, other] = ports.bus.reported;
    expect(one?.detail.eventId).toBe(other?.detail.eventId);
  });

  it('is published when EventBridge is reachable again', async () => {
    const ports = contextOf();
    const name = await run(ports);
    end(ports, name);
    ports.bus.outOfReach = true;
    expect(await round(ports)).toEqual({ retried: 1, failed: 1 });
    ports.bus.outOfReach = false;
    await round(ports);
    expect(reported(ports)).toEqual([name]);
  });
});

describe('a run that only says by its label that it is a job’s', () => {
  it('neither sets the last success of the job nor hides one', async () => {
    const ports = contextOf({}, [jobOf('a')]);
    const lastSuccess = () => {
      const job = ports.jobs.stored('a');
      return job?.status.lastSuccessfulTime;
    };
    const start = async () => (await runJob(ports, { space: SPACE, job: 'a', requestedBy: 'ada' })).task.name;
    const own = ports.runs.stored(await start());
    if (own === undefined) throw new TypeError('There is no run.');
    ports.runs.remove(own.name);
    ports.runs.add({ ...own, name: 'a-forged', ownerUid: 'uid-of-another' });
    end(ports, 'a-forged');
    await round(ports);
    expect([reported(ports), lastSuccess()]).toEqual([['a-forged'], undefined]);

    ports.runs.add({ ...own, name: 'a-forged', ownerUid: 'uid-of-another' });
    end(ports, 'a-forged');
    end(ports, await start());
    await round(ports);
    expect(lastSuccess()).toEqual(at('12:00:59'));
  });
});

describe('job B after job A', () => {
  it('has one task for each finished task of A, though every other mark fails and prune keeps one', async () => {
    const trigger = { bus: 'service', pattern: { source: ['taskbridge.test'] } } as const;
    const ports = contextOf({ taskRetention: 1 }, [jobOf('a'), jobOf('b', { trigger })]);
    const fires = async (): Promise<void> => {
      // Each event twice, as a bus may deliver it.
      for (const { detailType, time, detail } of [...ports.bus.reported, ...ports.bus.reported]) {
        if (detail.job !== 'a') continue;
        const facts = {
          ...{ id: `aws-${Math.random()}`, source: 'taskbridge.test', detailType },
          ...{ time: time.toISOString(), detail },
        };
        await fireEvent(ports, { space: SPACE, job: 'b', event: { facts, json: '{}' } });
      }
      ports.bus.reported.length = 0;
    };
    const started = new Set<string>();
    const ofB = () => ports.runs.names().filter((name) => name.startsWith('b-'));
    for (let minute = 0; minute < 40; minute += 1) {
      ports.setClock(new Date(at('12:00:30').getTime() + minute * 60_000));
      if (minute < 20) {
        const { task } = await runJob(ports, { space: SPACE, job: 'a', requestedBy: 'ada' });
        end(ports, task.name);
      }
      await round(minute % 2 === 0 ? withoutMark(ports) : ports);
      await prune(ports, { until: new Date(ports.now().getTime() + 60_000) });
      await fires();
      for (const name of ofB()) {
        started.add(name);
        end(ports, name);
      }
      await prune(ports, { until: new Date(ports.now().getTime() + 60_000) });
    }
    expect(started.size).toBe(20);
    expect(ports.runs.names().length).toBeLessThan(20);
  });
});
