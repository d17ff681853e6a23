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
    run: async ({ request, expect }) => {
      expect((await request('PUT', '/apps/billing', BILLING)).status === 201, 'the app is made');
    },
  },
  {
    title: 'Run a task on it: its start command, with its environment',
    run: async ({ request, waitFor, expect, print }) => {
      const task = await request('POST', '/apps/billing/tasks', {});
      expect(task.status === 201, 'the task is a Tekton PipelineRun now');
      const { state } = await waitFor(task.name, 'succeeded', 'failed');
      const { log } = await request('GET', `/tasks/${task.name}/logs`);
      print(log.trimEnd());
      expect(state === 'succeeded' && log === 'migrated orders\n', 'it succeeded, and its log is here');
    },
  },
  {
    title: 'A task that fails tells its exit code',
    run: async ({ request, waitFor, expect }) => {
      const command = 'echo "no such table" >&2; exit 7';
      const task = await request('POST', '/apps/billing/tasks', {
        command,
        name: 'migrate',
        resources: { memory: '512M' },
      });
      const { state, exitCode } = await waitFor(task.name, 'succeeded', 'failed');
      expect(state === 'failed' && exitCode === 7, 'it failed with exit code 7');
    },
  },
  {
    title: 'A command arrives byte for byte, whatever it holds',
    run: async ({ request, waitFor, expect, print }) => {
      const text = `$(date) $$ $(params.x) "it" 한글`;
      const task = await request('POST', '/apps/billing/tasks', { command: `echo '${text}'` });
      await waitFor(task.name, 'succeeded', 'failed');
      const { log } = await request('GET', `/tasks/${task.name}/logs`);
      print(log.trimEnd());
      expect(log === `${text}\n`, 'nothing was rewritten on the way');
    },
  },
  {
    title: 'Terminate a task that runs',
    run: async ({ request, waitFor, expect }) => {
      const { name, id } = await request('POST', '/apps/billing/tasks', { command: 'sleep 3600' });
      await waitFor(name, 'running');
      expect(
        (await request('POST', `/apps/billing/tasks/${id}/terminate`)).status === 202,
        'its end is asked for',
      );
      expect((await waitFor(name, 'cancelled')).state === 'cancelled', 'it is cancelled');
    },
  },
  {
    title: 'A mistake is answered in words',
    run: async ({ request, expect, print }) => {
      const { status, detail } = await request('POST', '/apps/billing/tasks', {
        resources: { memory: '12Q' },
      });
      print(detail);
      expect(status === 422, 'the request is refused');
    },
  },
  {
    title: 'The tasks of the app, newest first',
    run: async ({ request, expect, print }) => {
      const { items } = await request('GET', '/tasks?app=billing');
      for (const { id, state, exitCode } of items)
        print(`${id}  ${state}${exitCode === undefined ? '' : ` (${exitCode})`}`);
      const states = items.map(({ state }) => state).sort();
      expect(states.join() === 'cancelled,failed,succeeded,succeeded', 'all four are there');
    },
  },
];
