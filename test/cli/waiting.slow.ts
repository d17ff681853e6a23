import { beforeAll, describe, expect, it } from '@jest/globals';
import { COUNT, counted, LINES } from './counting.ts';
import { onCloud } from './on-cloud.ts';

onCloud((cloud) => {
  describe('a command that waits', () => {
    beforeAll(async () => {
      const { api, space } = cloud();
      await api.push(space, 'billing', { command: 'true' });
      await api.push(space, 'hasty', { command: 'sleep 60', taskTimeout: '2s' });
    });

    it.each([
      ['0 of a task that succeeds', "run-task billing -c 'echo done'", 0],
      ['its own of a task that fails', "run-task billing -c 'exit 7'", 7],
      ['124 of a task that times out', 'run-task hasty', 124],
    ])('exits with %s', async (_, command, code) => {
      expect(await cloud().run(`taskbridge ${command} --wait`)).toMatchObject({ code });
    });

    it('exits with 143 for a task that is terminated meanwhile', async () => {
      const { api, space, run } = cloud();
      let terminated: Promise<unknown> | undefined;
      const ended = await run("taskbridge run-task billing -c 'echo started; exec sleep 60' --wait", {
        onOutput: ({ out, err }) => {
          const name = /Task (\S+) started/.exec(err)?.[1];
          if (out !== 'started\n' || name === undefined) return;
          terminated ??= api.call('POST', `/v1/spaces/${space}/tasks/${name}/terminate`);
        },
      });
      expect(await terminated).toMatchObject({ status: 202 });
      expect(ended).toMatchObject({ code: 143, out: 'started\n' });
      expect(ended.err).toMatch(/Task billing-\w+ cancelled\.\n$/);
    });

    it('shows each line once with logs -f, from a tail on', async () => {
      const { run } = cloud();
      const started = await run(`taskbridge run-task billing -c '${COUNT}'`);
      const name = /Task (\S+) started/.exec(started.out)?.[1];
      expect(await run(`taskbridge logs ${name} -f`)).toEqual({ code: 0, out: counted, err: '' });
      const tail = await run(`taskbridge logs ${name} -f --tail 2`);
      expect(tail.out).toBe(`line ${LINES - 1}\nline ${LINES}\n`);
    });

    it('prints how to see and stop the task on an interrupt, and the task keeps running', async () => {
      const { api, space, run } = cloud();
      const ended = await run("exec taskbridge run-task billing -c 'echo started; sleep 3' --wait", {
        onOutput: ({ out }, kill) => {
          if (out === 'started\n') kill('SIGINT');
        },
      });
      expect(ended.code).toBe(130);
      const name = /taskbridge logs (\S+) -f/.exec(ended.err)?.[1] ?? '';
      expect(ended.err).toContain(`taskbridge terminate-task ${name}`);
      expect(await api.until(space, name, 'succeeded', 'failed', 'cancelled')).toMatchObject({
        state: 'succeeded',
      });
    });

    it('exits with the exit code of the task once the reader of its log is gone', async () => {
      const { run } = cloud();
      const line = `taskbridge run-task billing -c '${COUNT}' --wait | head -1; exit "\${PIPESTATUS[0]}"`;
      expect(await run(line)).toMatchObject({ code: 7, out: 'line 1\n' });
    });
  });
});
