import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { listPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { followLog, podOf, readLog } from '../support/task-log.ts';

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

    it('of a task that is terminated are in the answer, at their end', async () => {
      const command = 'echo one; echo 둘; exec sleep 600';
      const { body } = await api().call('POST', `/v1/spaces/${space}/apps/writer/tasks`, { command });
      await eventually(async () => ((await read(body.name)).body.log === 'one\n둘\n' ? true : undefined), {
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
        { what: 'the end of the pod' },
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
