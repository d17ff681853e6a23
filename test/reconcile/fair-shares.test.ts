import { describe, expect, it } from '@jest/globals';
import { DomainError, OutOfTime, spaceClosed } from '../../lib/platform/errors.ts';
import { newReconciler, reconcile } from '../../lib/reconcile/reconcile.ts';
import { runTask } from '../../lib/tasks/run.ts';
import { isQueued } from '../../lib/tasks/task.ts';
import { faultPorts } from '../support/fault-ports.ts';
import { worstPattern } from '../support/hostile-patterns.ts';
import { appOf, jobOf, type MemoryPorts, memoryPorts } from '../support/memory-ports.ts';
import { at, HOURLY } from '../support/reconcile-context.ts';

const MINUTE_MS = 60_000;
/** Time for work of a reconcile, as the function gives it. */
const WITHIN_MS = 45_000;
/** Time that each request takes, as if none ran beside another. */
const REQUEST_MS = 50;

type Jobs = readonly ReturnType<typeof jobOf>[];

const jobsOf = (space: string, count: number, spec: Parameters<typeof jobOf>[1]): Jobs =>
  Array.from({ length: count }, (_, index) => ({
    ...jobOf(`job-${index}`, spec),
    space,
    uid: `${space}-${index}`,
  }));

const HEAVY = {
  trigger: { bus: 'service', pattern: worstPattern({ source: ['taskbridge.test'] }) },
} as const;
const SYNCED = { ...HOURLY, since: at('11:00:00'), driver: 'polling', expressionsHash: 'x' } as const;

/** A victim whose queued task has room, who has a due job and one that is not applied yet, beside spaces that flood. */
async function besideFlood(flood: Jobs, victim = 'victim'): Promise<MemoryPorts> {
  const appIn = (space: string) => ({ ...appOf('billing', { command: 'true' }), space, uid: `app-${space}` });
  const spaces = new Set([victim, ...flood.map(({ space }) => space)]);
  const due = { ...jobOf('due', { schedule: HOURLY, app: 'other' }, { schedule: SYNCED }), space: victim };
  const unsynced = { ...jobOf('unsynced', { schedule: HOURLY }), space: victim, uid: 'unsynced' };
  const apps = [...spaces].map(appIn).map((app) => (app.space === victim ? limited(app) : app));
  const other = { ...appIn(victim), name: 'other', uid: 'app-other' };
  const ports = memoryPorts({ apps: [...apps, other], jobs: [...flood, due, unsynced] });
  ports.setClock(at('12:00:10'));
  const run = () => runTask(ports, { space: victim, app: 'billing', requestedBy: 'ada' });
  const first = (await run()).task.name;
  await run();
  ports.runs.becomes(first, { condition: { status: 'False', reason: 'Failed' } });
  ports.setClock(at('12:00:30'));
  return ports;
}

const limited = (app: ReturnType<typeof appOf>) => ({ ...app, spec: { ...app.spec, maxRunning: 1 } });

/** Ports whose requests take time, and their subjects in order. */
function traced(ports: MemoryPorts) {
  const sent: { readonly method: string; readonly space: string }[] = [];
  const slow = faultPorts(ports, async ({ method, input, effect }) => {
    const [of] = input;
    const named = typeof of === 'object' && of !== null && 'space' in of ? of.space : of;
    sent.push({ method, space: typeof named === 'string' ? named : '' });
    await ports.wait(REQUEST_MS);
    return effect();
  });
  return { sent, slow, to: (space: string) => sent.filter((one) => one.space === space) };
}

const round = (ports: Parameters<typeof reconcile>[0], once = reconcile) =>
  once(ports, { until: new Date(ports.now().getTime() + WITHIN_MS) });

const stateOf = (ports: MemoryPorts, space = 'victim') => {
  const runs = ports.runs.names().map((name) => ports.runs.stored(name, space));
  return {
    queued: runs.filter((run) => run !== undefined && isQueued(run)).length,
    started: runs.filter((run) => run?.labels['taskbridge.dev/job'] === 'due').length,
    reported: runs.filter((run) => run?.labels['taskbridge.dev/reported'] !== undefined).length,
  };
};

const DONE = { queued: 0, started: 1, reported: 1 };

describe('a space beside others that flood the reconcile', () => {
  it.each<readonly [string, Jobs]>([
    ['60 jobs with the heaviest pattern in a closed namespace', jobsOf('closed', 60, HEAVY)],
    ['16 triggers in an open space', jobsOf('open', 16, HEAVY)],
    [
      '1,000 jobs that are due',
      jobsOf('open', 1_000, { schedule: HOURLY }).map((job) => ({
        ...job,
        status: { ...job.status, schedule: SYNCED },
      })),
    ],
    ['1,000 schedules that are not applied', jobsOf('open', 1_000, { schedule: HOURLY })],
    ['1,000 jobs without their app', jobsOf('open', 1_000, { app: 'gone' })],
    [
      '100 jobs in each of 20 spaces',
      Array.from({ length: 20 }, (_, space) => jobsOf(`open-${space}`, 100, HEAVY)).flat(),
    ],
    [
      '100 closed namespaces',
      Array.from({ length: 100 }, (_, space) => jobsOf(`closed-${space}`, 20, HEAVY)).flat(),
    ],
  ])('has its queued task, its schedule and its end within the minute: %s', async (_, flood) => {
    for (const minute of [0, 1]) {
      const ports = await besideFlood(flood);
      for (const { space } of flood) if (space.startsWith('closed')) ports.cluster.closed.add(space);
      ports.setClock(new Date(at('13:00:30').getTime() + minute * MINUTE_MS));
      const { slow } = traced(ports);
      await round(slow);
      expect(stateOf(ports)).toEqual(DONE);
      expect((await ports.jobs.get('victim', 'unsynced')).status.schedule).toBeDefined();
    }
  });

  it('and beside a job that can’t be planned does its other work', async () => {
    const schedule = { ...SYNCED, at: undefined, cron: 'nope' };
    const bad = { ...jobOf('bad', { schedule: HOURLY }, { schedule }), space: 'victim', uid: 'bad' };
    const ports = await besideFlood([bad]);
    expect(await round(ports)).toMatchObject({ failed: 1, admitted: 1, synced: 2 });
  });

  it('names the spaces whose work was deferred', async () => {
    const ports = await besideFlood(jobsOf('open', 1_000, { schedule: HOURLY }));
    const counts = await round(traced(ports).slow);
    expect(ports.logged).toContainEqual({
      level: 'warn',
      message: 'deferred',
      fields: { units: { open: counts.deferred } },
    });
  });
});

describe('a namespace that is closed', () => {
  it('costs one request, whatever it holds, and writes no rule', async () => {
    const ports = await besideFlood(jobsOf('closed', 60, { schedule: HOURLY }));
    ports.cluster.closed.add('closed');
    const { slow, to, sent } = traced(ports);
    expect(await round(slow)).toMatchObject({ spaceClosed: 1 });
    expect(to('closed')).toEqual([{ method: 'list', space: 'closed' }]);
    expect(sent.filter(({ method }) => method === 'put').length).toBeLessThan(4);
  });

  it('is asked again after pauses that grow to five minutes, last, and is served once it is open', async () => {
    const ports = await besideFlood(jobsOf('closed', 3, { schedule: HOURLY }));
    ports.cluster.closed.add('closed');
    const { slow, sent } = traced(ports);
    const again = newReconciler();
    const asked: number[] = [];
    for (let minute = 0; minute < 25; minute += 1) {
      ports.setClock(new Date(at('12:01:30').getTime() + minute * MINUTE_MS));
      sent.length = 0;
      await round(slow, again);
      const spaces = sent.filter(({ method }) => method === 'list').map(({ space }) => space);
      if (!spaces.includes('closed')) continue;
      asked.push(minute);
      if (minute > 0) expect(spaces.lastIndexOf('closed')).toBeGreaterThan(spaces.indexOf('victim'));
    }
    expect(asked).toEqual([0, 2, 6, 11, 16, 21]);

    ports.cluster.closed.clear();
    ports.setClock(at('12:30:30'));
    expect(await round(slow, again)).toMatchObject({ synced: 3 });
  });

  it('is asked at once by a process that has just begun', async () => {
    const ports = await besideFlood(jobsOf('closed', 3, { schedule: HOURLY }));
    ports.cluster.closed.add('closed');
    await round(ports, newReconciler());
    expect(await round(ports, newReconciler())).toMatchObject({ spaceClosed: 1 });
  });

  it('in part has its syncs end at the first that is refused, and paused', async () => {
    const ports = await besideFlood(jobsOf('half', 60, { schedule: HOURLY }));
    const { writeStatus } = ports.jobs;
    ports.jobs.writeStatus = async (job, change) => {
      if (job.space === 'half') throw spaceClosed('half');
      return writeStatus(job, change);
    };
    const again = newReconciler();
    // Two run at once.
    expect(await round(ports, again)).toMatchObject({ spaceClosed: 2, paused: 58 });
    expect(await round(ports, again)).toMatchObject({ paused: 60 });
  });
});

describe('a reconcile that was too busy to ask EventBridge', () => {
  const busyWith = async (error: DomainError) => {
    const ports = await besideFlood(
      jobsOf('open', 5, {
        trigger: { bus: 'service', pattern: { source: ['taskbridge.test'], detail: { space: ['open'] } } },
      }),
    );
    const { put } = ports.rules;
    ports.rules.put = async (rule) => {
      if (rule.space === 'open') throw error;
      return put(rule);
    };
    return ports;
  };
  const conditionOf = async (ports: MemoryPorts) =>
    (await ports.jobs.get('open', 'job-0')).status.conditions.find(({ type }) => type === 'Triggered')
      ?.reason;

  it('records nothing about EventBridge, and pauses the syncs of the space', async () => {
    const ports = await busyWith(new OutOfTime('EventBridge'));
    const again = newReconciler();
    expect(await round(ports, again)).toMatchObject({ deferred: 2, paused: 3 });
    expect(await conditionOf(ports)).toBeUndefined();
    expect(await round(ports, again)).toMatchObject({ paused: 5 });
  });

  it('is another one than one whose EventBridge is out of reach', async () => {
    const ports = await busyWith(
      new DomainError('unavailable', 'EventBridge is out of reach (ETIMEDOUT). Try again.'),
    );
    await round(ports);
    expect(await conditionOf(ports)).toBe('OutOfReach');
  });
});
