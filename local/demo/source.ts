import type { Step } from './reporter.ts';

const PUSH = ['push', 'report', '--task', '--path', 'examples/report'] as const;

/** Build of an app from source with the command line, and tasks on the image. */
export const SOURCE: readonly Step[] = [
  {
    title: 'Push an app from source',
    run: async ({ taskbridge, expect }) => {
      const output = await taskbridge(...PUSH, '-e', 'REGION=north');
      expect(output.includes('Processes: task, worker'), 'image built, two processes found in its Procfile');
    },
  },
  {
    title: 'Run tasks on the built image: default process, named process, command',
    run: async ({ taskbridge, expect }) => {
      const task = await taskbridge('run-task', 'report', '--wait');
      expect(task.includes('3 orders, 195 in all'), 'the task sees the pushed files');
      const worker = await taskbridge('run-task', 'report', '--process', 'worker', '--wait');
      expect(
        worker.includes('waiting for orders of north'),
        'the process "worker" sees the environment of the app',
      );
      const command = await taskbridge('run-task', 'report', '-c', 'grep table orders.csv', '--wait');
      expect(command.includes('table,120'), 'the command runs in the folder of the app');
    },
  },
  {
    title: 'Push the same source again',
    run: async ({ taskbridge, expect }) => {
      const output = await taskbridge(...PUSH, '-e', 'REGION=south');
      expect(output.includes('Source unchanged'), 'existing image reused, no build');
    },
  },
];
