import { describe, expect, it } from '@jest/globals';
import { listJobs, outcomesOf } from '../../lib/jobs/list.ts';
import { LABEL } from '../../lib/platform/labels.ts';
import type { Condition } from '../../lib/tasks/task.ts';
import { jobOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const minute = (index: number): string => new Date(Date.UTC(2026, 10, 24) + index * 60_000).toISOString();

/** Runs of a job, one a minute, the first of which ends as the first condition says, and so on. */
function addRuns(ports: MemoryPorts, job: string, conditions: readonly (Condition | undefined)[]): void {
  for (const [index, condition] of conditions.entries()) {
    const name = `${job}-${index}`;
    ports.runs.add({
      space: SPACE,
      name,
      uid: `uid-of-${name}`,
      deleting: false,
      createdAt: minute(index),
      labels: { [LABEL.app]: 'billing', [LABEL.job]: job, [LABEL.taskId]: String(index) },
      annotations: {},
      ownerUid: `uid-of-${job}`,
      condition,
    });
  }
}

const ENDED = { status: 'True', reason: 'Succeeded' } as const;
const FAILED = { status: 'False', reason: 'Failed' } as const;
const CANCELLED = { status: 'False', reason: 'Cancelled' } as const;

const jobNamed = (name: string) => ({ name, uid: `uid-of-${name}` });

const statesOf = async (ports: MemoryPorts, jobs: readonly string[], most = 30) => {
  const found = await outcomesOf(ports, { space: SPACE, jobs: jobs.map(jobNamed), most });
  return Object.fromEntries(
    [...found].map(([uid, tasks]) => [uid.replace('uid-of-', ''), tasks.map(({ state }) => state)]),
  );
};

describe('outcomesOf', () => {
  it('returns the states of the newest tasks of each job, newest first', async () => {
    const ports = memoryPorts();
    addRuns(ports, 'report', [ENDED, FAILED, ENDED, undefined]);
    addRuns(ports, 'clean', [FAILED]);
    addRuns(ports, 'other', [ENDED]);
    ports.runs.becomes('report-3', {}, { runningSince: minute(3) });
    expect(await statesOf(ports, ['report', 'clean', 'idle'])).toEqual({
      report: ['running', 'succeeded', 'failed', 'succeeded'],
      clean: ['failed'],
    });
  });

  it('leaves out a run that only says by its label that it is the job’s', async () => {
    const ports = memoryPorts();
    addRuns(ports, 'report', [FAILED]);
    const own = ports.runs.stored('report-0');
    if (own === undefined) throw new TypeError('There is no run.');
    ports.runs.add({
      ...own,
      name: 'forged',
      uid: 'uid-of-forged',
      ownerUid: 'uid-of-clean',
      condition: ENDED,
    });
    expect(await statesOf(ports, ['report', 'idle'])).toEqual({ report: ['failed'] });
  });

  it('returns at most as many as requested', async () => {
    const ports = memoryPorts();
    addRuns(ports, 'report', [FAILED, FAILED, ENDED, ENDED]);
    expect(await statesOf(ports, ['report'], 2)).toEqual({ report: ['succeeded', 'succeeded'] });
  });

  it('finds the success of a cancelled run whose command succeeded', async () => {
    const ports = memoryPorts();
    addRuns(ports, 'report', [CANCELLED, CANCELLED]);
    ports.runs.becomes('report-0', {}, { condition: ENDED, terminated: { exitCode: 0 } });
    expect(await statesOf(ports, ['report'])).toEqual({ report: ['cancelled', 'succeeded'] });
  });

  it('reads every page, and TaskRuns of open rows alone', async () => {
    const ports = memoryPorts();
    addRuns(
      ports,
      'report',
      Array.from({ length: 1_201 }, (_, index) => (index === 1_200 ? undefined : ENDED)),
    );
    const lists: unknown[] = [];
    const requested: (readonly string[])[] = [];
    const counted = {
      ...ports,
      runs: {
        ...ports.runs,
        list: (...input: Parameters<typeof ports.runs.list>) => {
          lists.push(input);
          return ports.runs.list(...input);
        },
        taskRuns: (...input: Parameters<typeof ports.runs.taskRuns>) => {
          requested.push(input[1].map(({ name }) => name));
          return ports.runs.taskRuns(...input);
        },
      },
    };
    const found = await outcomesOf(counted, { space: SPACE, jobs: [jobNamed('report')], most: 30 });
    expect(found.get('uid-of-report')?.map(({ createdAt }) => createdAt)).toEqual(
      Array.from({ length: 30 }, (_, index) => minute(1_200 - index)),
    );
    expect([lists.length, requested]).toEqual([3, [['report-1200']]]);
  });

  it('returns nothing for no job, without a request', async () => {
    const ports = memoryPorts();
    ports.cluster.outOfReach = true;
    expect(await outcomesOf(ports, { space: SPACE, jobs: [], most: 30 })).toEqual(new Map());
  });
});

describe('listJobs', () => {
  it.each([
    [{ scheduled: true }, ['odd-scheduled', 'scheduled']],
    [{ triggered: true }, ['odd-triggered', 'triggered']],
    [{ app: 'other' }, ['odd-of-other']],
    [{}, ['odd-of-other', 'odd-scheduled', 'odd-triggered', 'scheduled', 'triggered']],
  ])('with %j lists an invalid job by what it has written', async (query, names) => {
    const schedule = { cron: '0 2 * * *', timeZone: 'UTC' };
    const trigger = { bus: 'default', pattern: { source: ['aws.s3'] } } as const;
    const invalid = (name: string, written: object) => {
      const { spec: _, ...stored } = jobOf(name);
      return { ...stored, written, problems: [] };
    };
    const ports = memoryPorts({
      jobs: [
        invalid('odd-of-other', { app: 'other' }),
        invalid('odd-scheduled', { app: 'billing', schedule: { cron: 'abc', timeZone: 'UTC' } }),
        invalid('odd-triggered', { app: 'billing', trigger: { bus: 'default' } }),
        jobOf('scheduled', { schedule }),
        jobOf('triggered', { trigger }),
      ],
    });
    const { items } = await listJobs(ports, { space: SPACE, limit: 10, ...query });
    expect(items.map(({ job }) => job.name).toSorted()).toEqual(names);
  });
});
