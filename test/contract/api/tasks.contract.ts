import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { secret } from './apps.contract.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Texts that Tekton or Kubernetes would expand or reject if they saw them. */
export const HOSTILE = {
  PARAM: '$(params.x)',
  CONTEXT: '$(context.taskRun.name) $(context.pipelineRun.uid)',
  RESULT: '$(tasks.a.results.b) $(workspaces.w.path)',
  DOLLARS: '$$ $$$ $(',
  SHELL: '$(date) `date` $HOME $((1+2)) \\ " \'',
  OWN: '$(TASKBRIDGE_COMMAND) $(TASKBRIDGE_DOLLAR) $(PARAM)',
  LINES: '  a\n\tb\r\n\n한글 🎉  ',
  LONG: '한'.repeat(1400),
  EMPTY: '',
};

/** Runs that are cancelled, each after one more read than the one before. */
const CANCELLED_RUNS = 20;

/** Tasks: what a command gets, how it ends, and how it is requested. */
export const tasks = (api: () => Api): void => {
  describe('tasks', () => {
    let space: string;
    const log = async (task: string): Promise<string> =>
      (await api().call('GET', `/v1/spaces/${space}/tasks/${task}/logs`)).body.log;

    beforeAll(async () => {
      space = await api().target.openSpace();
      const admin = api().target.as('admin');
      await admin.create(
        listPath('secrets', space),
        secret('orders-binding', { uri: 'postgres://db/1', password: 'p$w' }),
      );
      await api().push(space, 'billing', {
        command: 'echo default',
        env: Object.entries(HOSTILE).map(([name, value]) => ({ name, value })),
        services: [
          { name: 'orders', secretName: 'orders-binding', label: 'postgres', tags: ['sql'], plan: 'small' },
        ],
      });
    });

    it('run the start command of the app when they give none', async () => {
      const task = await api().run(space, 'billing', {});
      expect(task).toMatchObject({
        app: 'billing',
        state: 'succeeded',
        exitCode: 0,
        command: 'echo default',
      });
      expect(await log(task.name)).toBe('default\n');
      expect(task.name).toBe(`billing-${task.id}`);
    });

    it('get command and values byte for byte', async () => {
      const names = Object.keys(HOSTILE);
      const command = [
        'sha256sum < /proc/$$/cmdline',
        ...names.map((name) => `printf %s "$${name}" | sha256sum`),
        `: 'echo $(date) $$ $(params.x) "it' "'s" 한글`,
        `: ${'long '.repeat(800)}`,
      ].join('\n');
      const task = await api().run(space, 'billing', { command, name: 'hashes' });
      expect(task).toMatchObject({ state: 'succeeded', command, displayName: 'hashes' });
      const expected = [`/bin/sh\0-c\0${command}\0`, ...Object.values(HOSTILE)].map(
        (text) => `${sha256(text)}  -\n`,
      );
      expect(await log(task.name)).toBe(expected.join(''));
    });

    it('get the words of the entrypoint byte for byte, and the command after them', async () => {
      const word = '$(params.x) $$ $(HOME) $a';
      await api().push(space, 'entered', { entrypoint: ['/bin/sh', '-c', 'printf "%s|%s" "$0" "$1"', word] });
      const task = await api().run(space, 'entered', { command: 'echo $(date)' });
      expect((await log(task.name)).trimEnd()).toBe(`${word}|echo $(date)`);
    });

    it('keep a text that looks like the result of a step; on a real cluster Tekton notes that in the log', async () => {
      await api().push(space, 'results', { env: [{ name: 'RESULT', value: '$(steps.a.results.b)' }] });
      const task = await api().run(space, 'results', { command: 'echo "$RESULT"' });
      // That note is on standard error: it comes before or after.
      expect((await log(task.name)).split('\n')).toContain('$(steps.a.results.b)');
    });

    it('get the platform variables, the bindings and their files', async () => {
      const shown = [
        'VCAP_APPLICATION',
        'VCAP_SERVICES',
        'DATABASE_URL',
        'MEMORY_LIMIT',
        'DISK_LIMIT',
        'LANG',
      ];
      const command = [
        ...shown.map((name) => `echo "$${name}"`),
        'cat "$SERVICE_BINDING_ROOT/orders/password"; echo',
        '[ "$CF_INSTANCE_ADDR" = "$CF_INSTANCE_IP:8080" ] && echo address',
      ].join('\n');
      const task = await api().run(space, 'billing', { command, resources: { memory: '96M' } });
      const [application, services, ...rest] = (await log(task.name)).trimEnd().split('\n');
      expect(JSON.parse(application ?? '')).toMatchObject({
        application_name: 'billing',
        space_name: space,
        limits: { mem: 96, disk: 64 },
      });
      expect(JSON.parse(services ?? '')).toMatchObject({
        postgres: [
          {
            name: 'orders',
            plan: 'small',
            tags: ['sql'],
            credentials: { uri: 'postgres://db/1', password: 'p$w' },
          },
        ],
      });
      expect(rest).toEqual(['postgres://db/1', '96M', '64', 'en_US.UTF-8', 'p$w', 'address']);
    });

    it('that fail have their exit code', async () => {
      const task = await api().run(space, 'billing', { command: 'echo no >&2; exit 7' });
      expect(task).toMatchObject({ state: 'failed', exitCode: 7, reason: 'Error' });
      expect(task.message).toBe('The command failed: exit code 7.');
      expect(await log(task.name)).toBe('no\n');
    });

    it.each([
      ['itself', 'kill -9 $$', 255, 'The command failed: exit code 255, or ended by a signal.'],
      ['its child', "sh -c 'kill -9 $$'; exit $?", 137, 'The command failed: exit code 137.'],
    ])('that a signal ends, %s, say so as far as it is known', async (_, command, exitCode, message) => {
      const task = await api().run(space, 'billing', { command });
      expect(task).toMatchObject({ state: 'failed', reason: 'Error', exitCode, message });
    });

    it('end at the time limit of the app', async () => {
      await api().push(space, 'slow', { taskTimeout: '2s' });
      const task = await api().run(space, 'slow', { command: 'sleep 600' });
      expect(task).toMatchObject({ state: 'timedOut', reason: 'Timeout' });
      expect(task).not.toHaveProperty('exitCode');
    });

    it('are terminated by app and id, and once only', async () => {
      const { body } = await api().call('POST', `/v1/spaces/${space}/apps/billing/tasks`, {
        command: 'sleep 600',
      });
      await api().until(space, body.name, 'running');
      const path = `/v1/spaces/${space}/apps/billing/tasks/${body.id}/terminate`;
      expect((await api().call('POST', path)).status).toBe(202);
      const ended = await api().until(space, body.name, 'cancelled');
      expect(ended).toMatchObject({ reason: 'Cancelled' });
      expect(ended).not.toHaveProperty('exitCode');

      const again = await api().call('POST', path);
      expect(again.status).toBe(409);
      expect(again.body.detail).toContain('has already ended (cancelled)');
    });

    it('terminated as soon as they are started leave no command running', async () => {
      const own = await api().target.openSpace();
      const admin = api().target.as('admin');
      await api().push(own, 'hasty');
      // Tekton makes the TaskRun while the run is read a few times: the cancels fall before, into and after that. Reads
      // are counted, not milliseconds: on a busy machine they slow down as Tekton does.
      for (let reads = 0; reads < CANCELLED_RUNS; reads += 1) {
        const { body } = await api().call('POST', `/v1/spaces/${own}/apps/hasty/tasks`, {
          command: 'sleep 600',
        });
        const path = objectPath('pipelineruns', own, body.name);
        for (let read = 0; read < reads; read += 1) await admin.get(path);
        expect((await api().call('POST', `/v1/spaces/${own}/tasks/${body.name}/terminate`)).status).toBe(202);
      }
      await eventually(
        async () => {
          const { body } = await admin.get(listPath('taskruns', own));
          const left = body.items.filter(({ status }) => status?.conditions?.[0]?.status === 'Unknown');
          return left.length === 0 ? true : undefined;
        },
        { what: 'the end of every TaskRun' },
      );
    });

    it('requested twice with one Idempotency-Key run once', async () => {
      const path = `/v1/spaces/${space}/apps/billing/tasks`;
      const ask = (command: string) =>
        api().call('POST', path, { command }, { 'Idempotency-Key': 'order-1' });
      const [first, second] = [await ask('true'), await ask('true')];
      expect([first.status, second.status]).toEqual([201, 200]);
      expect(second.body.name).toBe(first.body.name);
      const other = await ask('false');
      expect(other.status).toBe(422);
      expect(other.body.errors).toMatchObject([{ field: 'Idempotency-Key' }]);
    });

    it('of an app with 60 characters are found by id, name and list', async () => {
      const app = `a${'-long'.repeat(11)}-end`;
      expect(app).toHaveLength(60);
      await api().push(space, app);
      const task = await api().run(space, app, { command: 'echo here' });
      expect(task.name).toMatch(new RegExp(`-${task.id}$`));
      expect(task.name.length).toBeLessThanOrEqual(54);
      expect(await log(task.name)).toBe('here\n');
    });

    it('are listed newest first, in parts, by app and state', async () => {
      await api().push(space, 'listed', {});
      const names: string[] = [];
      for (const command of ['true', 'exit 3', 'true']) {
        names.unshift((await api().run(space, 'listed', { command })).name);
      }

      const path = `/v1/spaces/${space}/tasks?app=listed`;
      const { body } = await api().call('GET', path);
      expect(body.items.map(({ name }: { name: string }) => name)).toEqual(names);
      expect(body.items[1]).toMatchObject({ state: 'failed', exitCode: 3 });

      const first = await api().call('GET', `${path}&limit=2`);
      const second = await api().call(
        'GET',
        `${path}&limit=2&cursor=${encodeURIComponent(first.body.cursor)}`,
      );
      expect([...first.body.items, ...second.body.items].map(({ name }) => name)).toEqual(names);

      const failed = await api().call('GET', `${path}&state=failed`);
      expect(failed.body.items.map(({ name }: { name: string }) => name)).toEqual([names[1]]);
    });
  });
};
