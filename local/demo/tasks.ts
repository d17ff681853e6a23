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
    title: 'Push an app',
    run: async ({ request, expect }) => {
      expect(
        (await request('PUT', '/apps/billing', BILLING)).status === 201,
        'app created; its tasks inherit image, command, environment and resources',
      );
    },
  },
  {
    title: 'Run a task: the start command of the app',
    run: async ({ request, waitFor, expect, print }) => {
      const task = await request('POST', '/apps/billing/tasks', {});
      expect(task.status === 201, 'task created as a Tekton PipelineRun');
      const { state } = await waitFor(task.name, 'succeeded', 'failed');
      const { log } = await request('GET', `/tasks/${task.name}/logs`);
      print(log.trimEnd());
      expect(state === 'succeeded' && log === 'migrated orders\n', 'task succeeded, log available');
    },
  },
  {
    title: 'Run a task that fails',
    run: async ({ request, waitFor, expect }) => {
      const command = 'echo "no such table" >&2; exit 7';
      const task = await request('POST', '/apps/billing/tasks', {
        command,
        name: 'migrate',
        resources: { memory: '512M' },
      });
      const { state, exitCode } = await waitFor(task.name, 'succeeded', 'failed');
      expect(state === 'failed' && exitCode === 7, 'task failed, exit code 7');
    },
  },
  {
    title: 'Pass a command byte for byte',
    run: async ({ request, waitFor, expect, print }) => {
      const text = `$(date) $$ $(params.x) "it" 한글`;
      const task = await request('POST', '/apps/billing/tasks', { command: `echo '${text}'` });
      await waitFor(task.name, 'succeeded', 'failed');
      const { log } = await request('GET', `/tasks/${task.name}/logs`);
      print(log.trimEnd());
      expect(log === `${text}\n`, 'no variable was expanded on the way');
    },
  },
  {
    title: 'Terminate a running task',
    run: async ({ request, waitFor, expect }) => {
      const { name, id } = await request('POST', '/apps/billing/tasks', { command: 'sleep 3600' });
      await waitFor(name, 'running');
      expect(
        (await request('POST', `/apps/billing/tasks/${id}/terminate`)).status === 202,
        'termination accepted',
      );
      expect((await waitFor(name, 'cancelled')).state === 'cancelled', 'task cancelled');
    },
  },
  {
    title: 'Send an invalid request',
    run: async ({ request, expect, print }) => {
      const { status, detail } = await request('POST', '/apps/billing/tasks', {
        resources: { memory: '12Q' },
      });
      print(detail);
      expect(status === 422, 'request rejected; the error names field, value and what is allowed');
    },
  },
  {
    title: 'List the tasks of the app, newest first',
    run: async ({ request, expect, print }) => {
      const { items } = await request('GET', '/tasks?app=billing');
      for (const { id, state, exitCode } of items)
        print(`${id}  ${state}${exitCode === undefined ? '' : ` (${exitCode})`}`);
      const states = items.map(({ state }) => state).sort();
      expect(states.join() === 'cancelled,failed,succeeded,succeeded', 'four tasks listed');
    },
  },
];
