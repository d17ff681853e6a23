import type { Step } from './reporter.ts';

/** App of the first steps. */
export const BILLING = {
  image: 'registry.example/billing:1',
  command: 'echo "migrated $DATABASE_NAME"',
  env: [{ name: 'DATABASE_NAME', value: 'orders' }],
  resources: { memory: '256M' },
};

/** Apps and tasks. */
export const TASKS: readonly Step[] = [
  {
    title: 'Push an app: what its tasks inherit',
    run: async ({ call, check }) => {
      check((await call('PUT', '/apps/billing', BILLING)).status === 201, 'the app is made');
    },
  },
  {
    title: 'Run a task on it: its start command, with its environment',
    run: async ({ call, until, check, say }) => {
      const task = await call('POST', '/apps/billing/tasks', {});
      check(task.status === 201, 'the task is a Tekton PipelineRun now');
      const { state } = await until(task.name, 'succeeded', 'failed');
      const { log } = await call('GET', `/tasks/${task.name}/logs`);
      say(log.trimEnd());
      check(state === 'succeeded' && log === 'migrated orders\n', 'it succeeded, and its log is here');
    },
  },
  {
    title: 'A task that fails tells its exit code',
    run: async ({ call, until, check }) => {
      const command = 'echo "no such table" >&2; exit 7';
      const task = await call('POST', '/apps/billing/tasks', {
        command,
        name: 'migrate',
        resources: { memory: '512M' },
      });
      const { state, exitCode } = await until(task.name, 'succeeded', 'failed');
      check(state === 'failed' && exitCode === 7, 'it failed with exit code 7');
    },
  },
  {
    title: 'A command arrives byte for byte, whatever it holds',
    run: async ({ call, until, check, say }) => {
      const text = `$(date) $$ $(params.x) "it" 한글`;
      const task = await call('POST', '/apps/billing/tasks', { command: `echo '${text}'` });
      await until(task.name, 'succeeded', 'failed');
      const { log } = await call('GET', `/tasks/${task.name}/logs`);
      say(log.trimEnd());
      check(log === `${text}\n`, 'nothing was rewritten on the way');
    },
  },
  {
    title: 'Terminate a task that runs',
    run: async ({ call, until, check }) => {
      const { name, id } = await call('POST', '/apps/billing/tasks', { command: 'sleep 3600' });
      await until(name, 'running');
      check(
        (await call('POST', `/apps/billing/tasks/${id}/terminate`)).status === 202,
        'its end is asked for',
      );
      check((await until(name, 'cancelled')).state === 'cancelled', 'it is cancelled');
    },
  },
  {
    title: 'A mistake is answered in words',
    run: async ({ call, check, say }) => {
      const { status, detail } = await call('POST', '/apps/billing/tasks', { resources: { memory: '12Q' } });
      say(detail);
      check(status === 422, 'the request is refused');
    },
  },
  {
    title: 'The tasks of the app, newest first',
    run: async ({ call, check, say }) => {
      const { items } = await call('GET', '/tasks?app=billing');
      for (const { id, state, exitCode } of items)
        say(`${id}  ${state}${exitCode === undefined ? '' : ` (${exitCode})`}`);
      const states = items.map(({ state }) => state).sort();
      check(states.join() === 'cancelled,failed,succeeded,succeeded', 'all four are there');
    },
  },
];
