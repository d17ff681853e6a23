import type { Task } from '../domain/task.ts';
import type { Ports } from '../ports.ts';
import { readTask } from './find-task.ts';

/** One task with its state, reason and exit code. Throws `notFound`. */
export const task = async (
  ports: Ports,
  { space, task: name }: { space: string; task: string },
): Promise<Task> => (await readTask(ports, space, name)).task;
