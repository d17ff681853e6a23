import { describe, expect, it } from '@jest/globals';
import type { App, InvalidApp } from '../../lib/apps/app.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { LABEL } from '../../lib/platform/labels.ts';
import type { PrunePorts } from '../../lib/tasks/prune.ts';
import { prune } from '../../lib/tasks/prune.ts';
import { appOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';
import { run } from '../support/task-situations.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const FIVE_MINUTES_MS = 5 * 60_000;
const minutesAgo = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();

const portsWith = (...apps: readonly (App | InvalidApp)[]): MemoryPorts => {
  const ports = memoryPorts({ apps });
  ports.setClock(NOW);
  return ports;
};

/** Succeeded tasks of an app: `<app>-0` is the newest, 20 minutes old, each next one a minute older. */
function addEnded(ports: MemoryPorts, count: number, { name, space }: App = appOf('billing')): void {
  for (let index = 0; index < count; index += 1) {
    const labels = { [LABEL.app]: name, [LABEL.reported]: 'true' };
    const one = { space, name: `${name}-${index}`, uid: `${space}/${name}-${index}`, labels };
    const createdAt = minutesAgo(20 + index);
    ports.runs.add(run({ status: 'True', reason: 'Succeeded' }, { ...one, createdAt }));
  }
}

const inMs = (ports: PrunePorts, ms: number): Date => new Date(ports.now().getTime() + ms);
const round = (ports: PrunePorts) => prune(ports, { until: inMs(ports, 60_000) });

/** Ports whose deletion calls `instead`. */
const withDelete = (ports: MemoryPorts, instead: PrunePorts['runs']['delete']): PrunePorts => ({
  ...ports,
  runs: { ...ports.runs, delete: instead },
});

describe('prune', () => {
  it('keeps the newest 500 tasks of an app, its own and those of its jobs together', async () => {
    const ports = portsWith(appOf('billing'));
    addEnded(ports, 620);
    const ofJob = run(
      { status: 'True' },
      { name: 'report-1', createdAt: minutesAgo(15), uid: 'uid-of-report-1' },
    );
    ports.runs.add({
      ...ofJob,
      labels: { ...ofJob.labels, [LABEL.job]: 'report', [LABEL.reported]: 'true' },
    });
    expect(await round(ports)).toEqual({ deleted: 121 });
    expect(ports.runs.names().toSorted()).toEqual(
      ['report-1', ...Array.from({ length: 499 }, (_, index) => `billing-${index}`)].toSorted(),
    );
    expect(await round(ports)).toEqual({});
  });

  it('keeps as many as each app sets', async () => {
    const ports = portsWith(appOf('billing', { taskRetention: 2 }), appOf('orders', { taskRetention: 700 }));
    addEnded(ports, 3);
    addEnded(ports, 620, appOf('orders'));
    expect(await round(ports)).toEqual({ deleted: 1 });
    expect(ports.logged).toEqual([
      { level: 'info', message: 'prune', fields: { space: SPACE, app: 'billing', deleted: 1 } },
    ]);
    expect(ports.runs.names()).not.toContain('billing-2');
    expect(ports.runs.names()).toHaveLength(622);
  });

  it('stops at its deadline, and the next invocation continues', async () => {
    const ports = portsWith(appOf('billing', { taskRetention: 10 }));
    addEnded(ports, 100);
    const slow = withDelete(ports, async (one) => {
      await ports.wait(1_000);
      return ports.runs.delete(one);
    });
    const { deleted = 0, deferred = 0 } = await prune(slow, { until: inMs(ports, 30_000) });
    expect(deleted + deferred).toBe(90);
    expect([deleted > 0, deferred > 0]).toEqual([true, true]);
    // The oldest go first: what is left is what is newest.
    expect(ports.runs.names()).toEqual(
      Array.from({ length: 10 + deferred }, (_, index) => `billing-${index}`),
    );
    expect(await round(ports)).toEqual({ deleted: deferred });
  });

  it('continues with the other apps when one fails, and logs which', async () => {
    const apps = ['a', 'b', 'c'].map((name) => appOf(name, { taskRetention: 1 }));
    const ports = portsWith(...apps);
    for (const app of apps) addEnded(ports, 3, app);
    const broken: PrunePorts = {
      ...ports,
      runs: {
        ...ports.runs,
        list: (space, filter, page) => {
          if (filter.app === 'a') throw new DomainError('unavailable', 'The cluster is out of reach.');
          if (filter.app === 'b') throw new TypeError('a fault');
          return ports.runs.list(space, filter, page);
        },
      },
    };
    expect(await round(broken)).toEqual({ retried: 1, failed: 1, errors: 1, deleted: 2 });
    const outOfReach = {
      level: 'warn',
      message: 'prune',
      fields: { space: SPACE, app: 'a', why: 'The cluster is out of reach.' },
    };
    expect(ports.logged.filter(({ level }) => level !== 'info')).toMatchObject([
      outOfReach,
      { level: 'error', message: 'prune', fields: { space: SPACE, app: 'b' } },
      outOfReach,
    ]);
  });

  it('continues with the other tasks when one cannot be deleted', async () => {
    const ports = portsWith(appOf('billing', { taskRetention: 1 }));
    addEnded(ports, 4);
    const refusing = withDelete(ports, async (one) => {
      if (one.name === 'billing-2') throw new DomainError('conflict', 'A webhook denied it.');
      return ports.runs.delete(one);
    });
    expect(await round(refusing)).toEqual({ deleted: 2, failed: 1 });
    expect(ports.logged).toMatchObject([
      { level: 'warn', fields: { space: SPACE, task: 'billing-2', why: 'A webhook denied it.' } },
      { level: 'info', fields: { space: SPACE, app: 'billing', deleted: 2 } },
    ]);
  });

  it('never deletes a run that got the name meanwhile', async () => {
    const ports = portsWith(appOf('billing', { taskRetention: 1 }));
    addEnded(ports, 2);
    const late = withDelete(ports, async (one) => {
      ports.runs.add({ ...(await ports.runs.get(SPACE, one.name)), uid: 'uid-of-another' });
      return ports.runs.delete(one);
    });
    expect(await round(late)).toEqual({ gone: 1 });
    expect(ports.runs.names()).toEqual(['billing-0', 'billing-1']);
  });

  it('keeps all tasks of an invalid app, and of a space that is closed', async () => {
    const { spec: _, ...unreadable } = appOf('billing');
    const elsewhere = { ...appOf('orders', { taskRetention: 1 }), space: 'team-b' };
    const ports = portsWith({ ...unreadable, problems: [] }, elsewhere);
    addEnded(ports, 600);
    addEnded(ports, 2, elsewhere);
    ports.cluster.closed.add('team-b');
    expect(await round(ports)).toEqual({ invalid: 1, spaceClosed: 1 });
    expect(ports.runs.names()).toHaveLength(602);
  });

  it('starts at another space each time', async () => {
    const spaces = ['team-a', 'team-b', 'team-c'];
    const apps = spaces.map((space) => ({ ...appOf('billing', { taskRetention: 1 }), space }));
    const first: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const ports = portsWith(...apps);
      for (const app of apps) addEnded(ports, 2, app);
      ports.setClock(new Date(NOW.getTime() + turn * FIVE_MINUTES_MS));
      const asked: string[] = [];
      const countExceeds: PrunePorts['runs']['countExceeds'] = async (space) => asked.push(space) > 9;
      await round({ ...ports, runs: { ...ports.runs, countExceeds } });
      expect(asked.toSorted()).toEqual(spaces);
      first.push(asked[0] ?? '');
    }
    expect(first.toSorted()).toEqual(spaces);
  });

  it('throws when the apps cannot be listed in half of its time', async () => {
    const ports = portsWith(appOf('billing'));
    ports.cluster.outOfReach = true;
    await expect(round(ports)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(ports.now().getTime() - NOW.getTime()).toBeLessThanOrEqual(30_000);
  });

  it('retries after a short outage of the cluster', async () => {
    const ports = portsWith(appOf('billing', { taskRetention: 1 }));
    addEnded(ports, 3);
    const until = NOW.getTime() + 4_000;
    const apps: PrunePorts['apps'] = {
      ...ports.apps,
      all: () => {
        if (ports.now().getTime() < until)
          throw new DomainError('unavailable', 'The cluster is out of reach.');
        return ports.apps.all();
      },
    };
    expect(await round({ ...ports, apps })).toEqual({ retried: 8, deleted: 2 });
  });
});
