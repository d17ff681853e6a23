import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { listPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { secret } from './apps.contract.ts';
import { HOSTILE } from './tasks.contract.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A value that no list and no log line may show. */
const VALUE = 'a-value-of-one-run';

/** Script that prints the SHA-256 of each argument after it. */
const HASHES = 'for each; do printf %s "$each" | sha256sum; done; :';

/** Settings of a job over its app, and of one run over both. */
export const overrides = (api: () => Api): void => {
  describe('one run', () => {
    let space: string;
    const start = (path: string, body: object, headers?: Record<string, string>) =>
      api().call('POST', `/v1/spaces/${space}${path}`, body, headers);
    const logOf = async (task: string): Promise<string> =>
      (await api().call('GET', `/v1/spaces/${space}/tasks/${task}/logs`)).body.log;
    const ended = async (path: string, body: object) => {
      const { status, body: task } = await start(path, body);
      expect([status, task.detail]).toEqual([201, undefined]);
      return api().until(space, task.name, 'succeeded', 'failed', 'timedOut', 'cancelled');
    };

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api()
        .target.as('admin')
        .create(listPath('secrets', space), secret('keys', { api: 'from a Secret' }));
      await api().push(space, 'billing', {
        command: 'echo "$A $B $C $D"',
        taskTimeout: '10m',
        env: ['A', 'B', 'C'].map((name) => ({ name, value: 'app' })),
      });
      await api().call('POST', `/v1/spaces/${space}/jobs`, {
        ...{ name: 'report', app: 'billing', timeout: '5m' },
        env: ['B', 'C'].map((name) => ({ name, value: 'job' })),
      });
    });

    it('of an app and of a job has its variables over theirs, by name', async () => {
      const env = [
        { name: 'C', value: 'run' },
        { name: 'D', valueFrom: { secretKeyRef: { name: 'keys', key: 'api' } } },
      ];
      const logs = [
        await logOf((await ended('/apps/billing/tasks', {})).name),
        await logOf((await ended('/jobs/report/run', {})).name),
        await logOf((await ended('/jobs/report/run', { env })).name),
      ];
      expect(logs).toEqual(['app app app \n', 'app job job \n', 'app job run from a Secret\n']);
    });

    it('gets variables and arguments byte for byte, as the command does', async () => {
      const env = Object.entries(HOSTILE).map(([name, value]) => ({ name, value }));
      const texts = Object.values(HOSTILE);
      const printed = env.map(({ name }) => `printf %s "$${name}" | sha256sum`).join('\n');
      const task = await ended('/apps/billing/tasks', {
        command: `${printed}\n${HASHES}\n`,
        env,
        args: texts,
      });
      const hashes = [...texts, ...texts].map((text) => `${sha256(text)}  -\n`);
      expect(await logOf(task.name)).toBe(hashes.join(''));
    });

    it('has its arguments after the command of the app, of the job and its own', async () => {
      await api().push(space, 'printing', { command: 'printf "[%s]"' });
      await start('/jobs', { name: 'printing', app: 'printing', command: 'printf "<%s>"' });
      const args = ['--dry-run', 'two words', ''];
      const logs = [
        await logOf((await ended('/apps/printing/tasks', { args })).name),
        await logOf((await ended('/jobs/printing/run', { args })).name),
        await logOf((await ended('/jobs/printing/run', { command: 'printf "(%s)"', args })).name),
      ];
      expect(logs).toEqual([
        '[--dry-run][two words][]',
        '<--dry-run><two words><>',
        '(--dry-run)(two words)()',
      ]);
    });

    it('of a program that is no shell gets the arguments after the command', async () => {
      const entrypoint = ['/bin/sh', '-c', 'printf "[%s]" "$@"', 'print'];
      await api().push(space, 'entered', { entrypoint });
      const task = await ended('/apps/entered/tasks', { command: 'first', args: ['$(date)', 'two words'] });
      expect(await logOf(task.name)).toBe('[first][$(date)][two words]');
    });

    it('ends at its own timeout, else at that of the job, else at that of the app', async () => {
      const own = await ended('/jobs/report/run', { command: 'sleep 600', timeout: '2s' });
      expect(own).toMatchObject({ state: 'timedOut', reason: 'Timeout', overrides: { timeout: '2s' } });
      await start('/jobs', { name: 'hasty', app: 'billing', command: 'sleep 600', timeout: '2s' });
      expect(await ended('/jobs/hasty/run', {})).toMatchObject({ state: 'timedOut', reason: 'Timeout' });
    });

    it('shows the names of its overrides, and no value in a list', async () => {
      const env = [{ name: 'DAY', value: VALUE }];
      const task = await ended('/jobs/report/run', { command: 'true', env, args: [VALUE], timeout: '1m' });
      expect(task.overrides).toEqual({ env: ['DAY'], args: 1, timeout: '60s' });
      const path = `/v1/spaces/${space}/tasks`;
      const lists = [await api().call('GET', path), await api().call('GET', `/v1/spaces/${space}/jobs`)];
      expect(lists[0]?.body.items[0].overrides).toEqual(task.overrides);
      expect(JSON.stringify([task, ...lists.map(({ body }) => body)])).not.toContain(VALUE);
      expect(lists[1]?.body.items[0]).not.toHaveProperty('env');
    });

    it('is warned of a variable that the shell drops', async () => {
      const started = await start('/apps/billing/tasks', {
        command: 'true',
        env: [{ name: 'a.b', value: '1' }],
      });
      expect(started).toMatchObject({ status: 201, body: { warnings: [{ field: 'env' }] } });
      expect(started.body.warnings[0].message).toMatch(/^\/bin\/sh drops a\.b where /);
    });

    it('is another request with other arguments under the same Idempotency-Key', async () => {
      const ask = (body: object) => start('/apps/billing/tasks', body, { 'Idempotency-Key': 'arguments' });
      const first = await ask({ args: ['a'], env: [{ name: 'A', value: '1' }] });
      const answers = [
        await ask({ args: ['a'], env: [{ name: 'A', value: '1' }] }),
        await ask({ args: ['b'], env: [{ name: 'A', value: '1' }] }),
        await ask({ args: ['a'], env: [{ name: 'A', value: '2' }] }),
        await ask({ args: ['a'], env: [{ name: 'A', value: '1' }], timeout: '1m' }),
      ];
      expect([first, ...answers].map(({ status }) => status)).toEqual([201, 200, 422, 422, 422]);
      expect(answers[0]?.body.name).toBe(first.body.name);
    });

    it.each([
      ['a variable twice', { env: [{ name: 'A' }, { name: 'A' }] }, 'env: "A" is there twice'],
      ['a timeout of 0', { timeout: '0s' }, 'timeout: It is 0: at least 1s, or leave it out.'],
      ['a timeout of ten years', { timeout: '87600h' }, 'timeout: 315360000s is too long: at most 8760h.'],
      ['65 arguments', { args: Array(65).fill('a') }, 'args: 65 entries; at most 64 are allowed.'],
      ['arguments for a process', { process: 'worker', args: ['a'] }, 'process: App "billing" runs an image'],
    ])('with %s is refused, and nothing is left', async (_, body, problem) => {
      const before = await api().call('GET', `/v1/spaces/${space}/tasks?limit=500`);
      const { status, body: answer } = await start('/apps/billing/tasks', body);
      const [error] = answer.errors;
      expect([status, `${error.field}: ${error.message}`]).toEqual([422, expect.stringContaining(problem)]);
      const after = await api().call('GET', `/v1/spaces/${space}/tasks?limit=500`);
      expect(after.body.items).toHaveLength(before.body.items.length);
    });

    it('has what a job is changed to: variables as a whole, and the timeout of the app when its own is removed', async () => {
      const change = (patch: object) => api().call('PATCH', `/v1/spaces/${space}/jobs/report`, patch);
      const changed = await change({ env: [{ name: 'B', value: 'changed' }], timeout: '90s' });
      expect(changed.body).toMatchObject({ env: [{ name: 'B', value: 'changed' }], timeout: '90s' });
      expect(await logOf((await ended('/jobs/report/run', {})).name)).toBe('app changed app \n');
      const removed = await change({ env: null, timeout: null });
      expect(removed.body).not.toHaveProperty('timeout');
      expect(removed.body).not.toHaveProperty('env');
    });
  });
};
