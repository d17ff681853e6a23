import type { Step } from './reporter.ts';

const PUSH = ['push', 'report', '--task', '--path', 'examples/report'] as const;

/** Build of an app from source with the command line, and tasks on the image. */
export const SOURCE: readonly Step[] = [
  {
    title: 'Push an app from source: its folder becomes an image',
    run: async ({ taskbridge, expect }) => {
      const output = await taskbridge(...PUSH, '-e', 'REGION=north');
      expect(output.includes('Processes: task, worker'), 'it is built, and its Procfile has two processes');
    },
  },
  {
    title: 'Run what was built: its process "task", another one, or a command in its folder',
    run: async ({ taskbridge, expect }) => {
      const task = await taskbridge('run-task', 'report', '--wait');
      expect(task.includes('3 orders, 195 in all'), 'the task has the files that were pushed');
      const worker = await taskbridge('run-task', 'report', '--process', 'worker', '--wait');
      expect(worker.includes('waiting for orders of north'), 'the other one has the variable of the app');
      const command = await taskbridge('run-task', 'report', '-c', 'grep table orders.csv', '--wait');
      expect(command.includes('table,120'), 'a command runs in the folder of the app');
    },
  },
  {
    title: 'The same source again builds nothing',
    run: async ({ taskbridge, expect }) => {
      const output = await taskbridge(...PUSH, '-e', 'REGION=south');
      expect(output.includes('Source unchanged'), 'the image that is there is used');
    },
  },
];
