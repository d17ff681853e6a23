import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { listPath } from '../../support/paths.ts';
import type { Api } from './api.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const withLastNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

/** Logs: of tasks at each stage, in parts, and when they are gone. */
export const logs = (api: () => Api): void => {
  describe('logs', () => {
    let space: string;
    const read = (task: string, query = '') =>
      api().call('GET', `/v1/spaces/${space}/tasks/${task}/logs${query}`);

    const podOf = async (task: string): Promise<string> => {
      const labelSelector = `tekton.dev/pipelineRun=${task}`;
      const { body } = await api().target.as('admin').get(listPath('pods', space), { labelSelector });
      return body.items.map(({ metadata }) => metadata.name).join();
    };

    /** Reads on from each cursor until the task has ended and nothing more comes. */
    async function follow(task: string, query = ''): Promise<{ text: string; answers: number }> {
      let text = '';
      let cursor: string | undefined;
      for (let answers = 1; ; answers += 1) {
        const { status, body } = await read(
          task,
          cursor === undefined ? query : `?cursor=${encodeURIComponent(cursor)}`,
        );
        expect(status).toBe(200);
        expect(Buffer.byteLength(JSON.stringify(body.log))).toBeLessThanOrEqual(1024 * 1024 + 2);
        text += body.log;
        cursor = body.cursor;
        if (!body.more && body.state !== 'running' && body.state !== 'pending') return { text, answers };
      }
    }

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api().push(space, 'writer', { resources: { cpu: '10m', memory: '64M', disk: '256M' } });
    });

    it('of a task that has not begun are empty and tell its state', async () => {
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

    it('begin with the last lines when asked for a tail, and go on from there', async () => {
      const { body } = await api().call('POST', `/v1/spaces/${space}/apps/writer/tasks`, {
        command: 'seq 1 50; sleep 4; seq 51 60',
      });
      await eventually(async () => ((await read(body.name)).body.log.endsWith('50\n') ? true : undefined), {
        withinMs: 30_000,
        what: 'the first 50 lines',
      });
      const { text } = await follow(body.name, '?tail=2');
      expect(text).toBe(['49', '50', ...Array.from({ length: 10 }, (_, i) => `${51 + i}`), ''].join('\n'));
    });

    it('of several megabytes come in parts of at most 1 MiB, as the cluster has them', async () => {
      const task = await api().run(space, 'writer', { command: 'seq 1 600000' });
      const { text, answers } = await follow(task.name);
      // A container runtime may lose the last lines of a container that ends: the cluster's own log is the measure.
      const whole = await api()
        .target.as('admin')
        .get(`${listPath('pods', space)}/${await podOf(task.name)}/log`, {
          container: 'step-user-container',
        });
      expect(sha256(text)).toBe(sha256(withLastNewline(whole.text)));
      expect(text.startsWith('1\n2\n3\n')).toBe(true);
      expect(answers).toBeGreaterThan(3);
    });

    it('of a task whose pod is gone are gone, and say why', async () => {
      const task = await api().run(space, 'writer', { command: 'echo soon gone' });
      await api()
        .target.as('admin')
        .delete(`${listPath('pods', space)}/${await podOf(task.name)}`);
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
      expect((await read(task.name, '?cursor=abc')).status).toBe(410);
    });
  });
};
