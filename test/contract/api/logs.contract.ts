import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { listPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';

/** Log of `count` lines of 1,000 characters, each with its number. */
const longLines = (count: number): string =>
  `awk 'BEGIN { for (i = 1; i <= ${count}; i++) printf "%d %01000d\\n", i, i }'`;

/** Pause between two reads of a log that has nothing new. */
const POLL_MS = 100;

/** Mark of a place where lines may be missing. */
const GAP = '<gap>';

const readLog = (api: Api, space: string, task: string, query = '') =>
  api.call('GET', `/v1/spaces/${space}/tasks/${task}/logs${query}`);

/** Reads on from each cursor until the task has ended and nothing more comes. */
async function followLog(api: Api, space: string, task: string, query: string) {
  let text = '';
  let cursor: string | undefined;
  for (let answers = 1; ; answers += 1) {
    const next = cursor === undefined ? query : `?cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await readLog(api, space, task, next);
    expect(status).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(body.log))).toBeLessThanOrEqual(1024 * 1024 + 2);
    expect(body.log).not.toContain('\ufffd');
    if (body.gap !== undefined) text += GAP;
    text += body.log;
    cursor = body.cursor;
    if (body.more) continue;
    if (body.state !== 'running' && body.state !== 'pending') return { text, answers };
    await setTimeout(POLL_MS);
  }
}

async function podOf({ target }: Api, space: string, task: string): Promise<string> {
  const labelSelector = `tekton.dev/pipelineRun=${task}`;
  const { body } = await target.as('admin').get(listPath('pods', space), { labelSelector });
  return body.items.map(({ metadata }) => metadata.name).join();
}

/** The log as the cluster itself gives it, in one piece: a container runtime may lose the end of what was written. */
async function wholeLog(api: Api, space: string, task: string): Promise<string> {
  const path = `${listPath('pods', space)}/${await podOf(api, space, task)}/log`;
  return (await api.target.as('admin').get(path, { container: 'step-user-container' })).text;
}

/** Logs of tasks at each stage, in pages, and after their pod is deleted. */
export const logs = (api: () => Api): void => {
  describe('logs', () => {
    let space: string;
    const read = (task: string, query = '') => readLog(api(), space, task, query);
    const follow = (task: string, query = '') => followLog(api(), space, task, query);

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api().push(space, 'writer', { resources: { cpu: '10m', memory: '64M', disk: '256M' } });
    });

    it('of a task that has not started are empty and have its state', async () => {
      const { body } = await api().call('POST', `/v1/spaces/${space}/apps/writer/tasks`, { command: 'true' });
      const first = await read(body.name);
      expect(first.status).toBe(200);
      expect(first.body.task).toBe(body.name);
      await api().until(space, body.name, 'succeeded');
    });

    it('of a running task go on from the cursor without a line lost or doubled', async () => {
      const command =
        'i=0; while [ $i -lt 300 ]; do echo "line $i"; i=$((i+1)); [ $((i % 100)) = 0 ] && sleep 1; done; exit 0';
      const { body } = await api().call('POST', `/v1/spaces/${space}/apps/writer/tasks`, { command });
      const { text } = await follow(body.name);
      expect(text.split('\n')).toEqual([...Array.from({ length: 300 }, (_, i) => `line ${i}`), '']);
    });

    it('start with the last lines when a tail is requested, and continue from there', async () => {
      const { body } = await api().call('POST', `/v1/spaces/${space}/apps/writer/tasks`, {
        command: 'seq 1 50; sleep 2; seq 51 60',
      });
      await eventually(async () => ((await read(body.name)).body.log.endsWith('50\n') ? true : undefined), {
        withinMs: 30_000,
        what: 'the first 50 lines',
      });
      const { text } = await follow(body.name, '?tail=2');
      expect(text).toBe(['49', '50', ...Array.from({ length: 10 }, (_, i) => `${51 + i}`), ''].join('\n'));
    });

    it('keep carriage returns and separators within a line', async () => {
      const task = await api().run(space, 'writer', {
        command: "printf '10%%\\r100%%\\na\\342\\200\\250b\\n'",
      });
      expect((await follow(task.name)).text).toBe('10%\r100%\na\u2028b\n');
    });

    it('of several megabytes come in parts of at most 1 MiB', async () => {
      const task = await api().run(space, 'writer', { command: longLines(6_000) });
      const { text, answers } = await follow(task.name);
      expect(await wholeLog(api(), space, task.name)).toBe(text);
      expect(text.match(/^.{0,5}/gm)?.slice(0, 2)).toEqual(['1 000', '2 000']);
      expect(answers).toBeGreaterThan(5);
    });

    it('of a line of more than 1 MiB come in parts, and go on within a line that is being written', async () => {
      const task = await api().run(space, 'writer', {
        command:
          "printf '한글 %030000d' 1; sleep 2; awk 'BEGIN { for (i = 0; i < 200000; i++) printf \"한글 %d\\r\", i }'; echo done; printf end",
      });
      const { text, answers } = await follow(task.name);
      expect((await wholeLog(api(), space, task.name)) === text).toBe(true);
      expect(Buffer.byteLength(text)).toBeGreaterThan(2 * 1024 * 1024);
      expect(text.slice(-15)).toBe('199999\rdone\nend');
      expect(answers).toBeGreaterThan(2);
    });

    it('of a task that is terminated are in the answer, at their end', async () => {
      const command = 'echo one; echo 둘; exec sleep 600';
      const { body } = await api().call('POST', `/v1/spaces/${space}/apps/writer/tasks`, { command });
      await eventually(async () => ((await read(body.name)).body.log === 'one\n둘\n' ? true : undefined), {
        withinMs: 30_000,
        what: 'the log',
      });
      const path = `/v1/spaces/${space}/tasks/${body.name}/terminate`;
      const terminated = await api().call('POST', path);
      expect([terminated.status, terminated.body.log]).toEqual([202, 'one\n둘\n']);
    });

    it('of a task whose pod is gone are gone, and say why', async () => {
      const task = await api().run(space, 'writer', { command: 'echo soon gone' });
      await api()
        .target.as('admin')
        .delete(`${listPath('pods', space)}/${await podOf(api(), space, task.name)}`);
      const { body } = await eventually(
        async () => {
          const answer = await read(task.name);
          return answer.status === 410 ? answer : undefined;
        },
        { withinMs: 40_000, what: 'the end of the pod' },
      );
      expect(body.detail).toContain('gone with its pod');
    });

    it('refuse a cursor that is none of theirs', async () => {
      const task = await api().run(space, 'writer', { command: 'true' });
      for (const cursor of ['abc', '99999999990-1-99999999991.000000000']) {
        const { status, body } = await read(task.name, `?cursor=${cursor}`);
        expect([status, body.detail]).toEqual([410, expect.stringContaining('is not one of this log')]);
      }
    });
  });
};

/** A log past what a kubelet keeps: it serves the newest 10 MiB of a container, so only the embedded cluster has it. */
export const largeLogs = (api: () => Api): void => {
  describe('a log of 20 MB', () => {
    it('comes in parts of at most 1 MiB, each line once', async () => {
      const space = await api().target.openSpace();
      await api().push(space, 'writer');
      const task = await api().run(space, 'writer', { command: longLines(20_000) });
      const { text, answers } = await followLog(api(), space, task.name, '');
      const lines = text.trimEnd().split('\n');
      expect(lines).toHaveLength(20_000);
      expect(lines.findIndex((line, index) => !line.startsWith(`${index + 1} `))).toBe(-1);
      expect(answers).toBeGreaterThan(19);
    });

    it('of one line comes in parts of at most 1 MiB, byte for byte', async () => {
      const space = await api().target.openSpace();
      await api().push(space, 'writer');
      const command = `awk 'BEGIN { for (i = 0; i < 1500000; i++) printf "한글 %07d", i; print "" }'`;
      const task = await api().run(space, 'writer', { command });
      const { text, answers } = await followLog(api(), space, task.name, '');
      expect(Buffer.byteLength(text)).toBe(21_000_001);
      expect(
        text ===
          `${Array.from({ length: 1_500_000 }, (_, i) => `한글 ${String(i).padStart(7, '0')}`).join('')}\n`,
      ).toBe(true);
      expect(answers).toBeGreaterThan(19);
    });
  });
};
