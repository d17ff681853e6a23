import { describe, expect, it } from '@jest/globals';
import { runDue } from '../../lib/jobs/run-due.ts';
import { at, nameAt, portsWith, RUNNING, run, statusOf } from '../support/every-minute-job.ts';
import { type MemoryPorts, SPACE } from '../support/memory-ports.ts';

describe('Replace', () => {
  const running = async (): Promise<MemoryPorts> => {
    const ports = portsWith('Replace', '11:59:05');
    await run(ports);
    ports.runs.becomes(nameAt('11:59:00'), RUNNING, { pod: 'the-pod', runningSince: '2026-11-25T11:59:06Z' });
    ports.setClock(at('12:00:05'));
    return ports;
  };
  const cancelled = { condition: { status: 'False' as const, reason: 'Cancelled' } };

  it('cancels the running task, and starts once its pod has stopped', async () => {
    const ports = await running();
    ports.pods.set('the-pod', 'notStarted');
    expect(await run(ports)).toEqual(['waiting 12:00']);
    expect(ports.runs.cancelled()).toEqual([nameAt('11:59:00')]);
    ports.runs.becomes(nameAt('11:59:00'), cancelled, { pod: 'the-pod' });
    expect(await run(ports)).toEqual(['waiting 12:00']);
    ports.pods.delete('the-pod');
    expect(await run(ports)).toEqual(['replaced 12:00']);
    expect(ports.runs.names()).toEqual([nameAt('11:59:00'), nameAt('12:00:00')]);
  });

  it.each(['True', 'False'] as const)(
    'does not wait for the pod of a task that ended by itself before the cancel came (succeeded: %s)',
    async (status) => {
      const ports = await running();
      ports.pods.set('the-pod', 'notStarted');
      await run(ports);
      const reason = status === 'True' ? 'Succeeded' : 'Failed';
      ports.runs.becomes(nameAt('11:59:00'), { condition: { status, reason } }, { pod: 'the-pod' });
      expect(await run(ports)).toEqual(['replaced 12:00']);
    },
  );

  it('cancels a task that is still pending', async () => {
    const ports = portsWith('Replace', '11:59:05');
    await run(ports);
    ports.runs.becomes(nameAt('11:59:00'), {
      condition: { status: 'Unknown', reason: 'PipelineRunPending' },
    });
    ports.setClock(at('12:00:05'));
    expect(await run(ports)).toEqual(['waiting 12:00']);
    ports.runs.becomes(nameAt('11:59:00'), cancelled);
    expect(await run(ports)).toEqual(['replaced 12:00']);
  });

  it('waits for what an earlier lease cancelled when the next minute comes first', async () => {
    const ports = await running();
    ports.pods.set('the-pod', 'notStarted');
    await run(ports);
    ports.runs.becomes(nameAt('11:59:00'), cancelled, { pod: 'the-pod' });
    ports.setClock(at('12:05:05'));
    expect(await run(ports)).toEqual(['waiting 12:05']);
    ports.pods.delete('the-pod');
    expect(await run(ports)).toEqual(['replaced 12:05']);
  });

  it('does not cancel what it started before the next minute', async () => {
    const ports = await running();
    for (const minute of ['12:00', '12:01', '12:02', '12:03']) {
      ports.setClock(at(`${minute}:05`));
      const before = ports.runs.names();
      await run(ports);
      const created = ports.runs.names().filter((name) => !before.includes(name));
      expect(ports.runs.cancelled().filter((name) => created.includes(name))).toEqual([]);
      for (const name of ports.runs.cancelled()) ports.runs.becomes(name, cancelled);
      for (const name of created)
        ports.runs.becomes(name, RUNNING, { runningSince: `2026-11-25T${minute}:06Z` });
    }
    expect(ports.runs.names()).toEqual(['11:59:00', '12:01:00', '12:03:00'].map(nameAt));
  });

  it('leaves a lease to its holder for 30 seconds after the last renewal', async () => {
    const renewed = (seconds: number): MemoryPorts =>
      portsWith('Replace', '12:00:20', {
        status: {
          lease: {
            occurrence: at('11:59:00'),
            replaces: [],
            holderIdentity: 'another',
            renewTime: new Date(at('12:00:20').getTime() - seconds * 1000),
          },
        },
      });
    expect(await run(renewed(29))).toEqual(['waiting 12:00']);
    expect(await run(renewed(31))).toEqual(['started 12:00']);
  });

  it('releases its lease when its wait times out', async () => {
    const ports = await running();
    ports.pods.set('the-pod', 'notStarted');
    expect(await run(ports)).toEqual(['waiting 12:00']);
    ports.runs.becomes(nameAt('11:59:00'), cancelled, { pod: 'the-pod' });
    ports.pods.delete('the-pod');
    ports.setClock(at('12:01:02'));
    expect(await run(ports)).toEqual(['replaced 12:01']);
  });

  it('starts the newest occurrence alone when its wait crosses a minute', async () => {
    const ports = await running();
    ports.pods.set('the-pod', 'notStarted');
    ports.setClock(at('12:01:59'));
    let isFirst = true;
    const wait = async (ms: number): Promise<void> => {
      await ports.wait(ms);
      if (!isFirst) return;
      isFirst = false;
      ports.runs.becomes(nameAt('11:59:00'), cancelled, { pod: 'the-pod' });
      ports.setClock(at('12:02:01'));
      expect(await run(ports)).toEqual(['waiting 12:02']);
      ports.pods.delete('the-pod');
    };
    await runDue(
      { ...ports, wait },
      { space: SPACE, job: 'nightly', moment: ports.now(), timeoutMs: 20_000 },
    );
    expect(ports.runs.names()).toEqual([nameAt('11:59:00'), nameAt('12:02:00')]);
  });

  it('starts nothing under a lease that another holder took over, even at the same millisecond', async () => {
    const ports = await running();
    ports.pods.set('the-pod', 'notStarted');
    ports.setClock(at('12:01:59'));
    const wait = async (ms: number): Promise<void> => {
      await ports.wait(ms);
      const job = await ports.jobs.get(SPACE, 'nightly');
      const { lease } = job.status;
      if (lease === undefined || lease.holderIdentity === 'another') return;
      await ports.jobs.writeStatus(job, { lease: { ...lease, holderIdentity: 'another' } });
      ports.runs.becomes(nameAt('11:59:00'), cancelled, { pod: 'the-pod' });
      ports.pods.delete('the-pod');
      ports.setClock(at('12:02:01'));
    };
    const results = await runDue(
      { ...ports, wait },
      { space: SPACE, job: 'nightly', moment: ports.now(), timeoutMs: 20_000 },
    );
    expect(results).toMatchObject([{ outcome: 'waiting', occurrence: at('12:02:00') }]);
    expect(ports.runs.names()).toEqual([nameAt('11:59:00')]);
    expect((await statusOf(ports)).lease).toMatchObject({
      occurrence: at('12:01:00'),
      holderIdentity: 'another',
    });
  });

  it('holds its lease under an identity of its own, and releases it without one', async () => {
    const ports = await running();
    ports.pods.set('the-pod', 'notStarted');
    ports.setClock(at('12:01:30'));
    const holders: (string | undefined)[] = [];
    const wait = async (ms: number): Promise<void> => {
      holders.push((await statusOf(ports)).lease?.holderIdentity);
      await ports.wait(ms);
    };
    for (let call = 0; call < 2; call += 1)
      await runDue({ ...ports, wait }, { space: SPACE, job: 'nightly', moment: ports.now(), timeoutMs: 1 });
    expect(holders).toEqual([
      expect.stringMatching(/^[0-9a-f]{24}$/),
      expect.stringMatching(/^[0-9a-f]{24}$/),
    ]);
    expect(new Set(holders).size).toBe(2);
    expect((await statusOf(ports)).lease).toEqual({
      occurrence: at('12:01:00'),
      replaces: [nameAt('11:59:00')],
    });
  });

  it('never cancels the task of the same occurrence', async () => {
    const ports = portsWith('Always', '11:59:05');
    await run(ports);
    const found = await ports.runs.get(SPACE, nameAt('11:59:00'));
    const again = portsWith('Replace', '11:59:40');
    again.runs.add(found);
    expect(await run(again)).toEqual(['alreadyStarted 11:59']);
    expect(again.runs.cancelled()).toEqual([]);
  });

  it('starts one task when two triggers run concurrently', async () => {
    const ports = portsWith('Replace', '12:00:05');
    await Promise.all([run(ports), run(ports)]);
    expect(ports.runs.names()).toEqual([nameAt('12:00:00')]);
  });
});
