import type { Task, TaskState } from '../domain/task.ts';
import type { Page, Ports } from '../ports.ts';
import { tasks } from './tasks.ts';

export type JobHistory = {
  readonly space: string;
  readonly job: string;
  readonly state?: TaskState | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** The tasks of a job, scheduled and asked for, as {@link tasks} lists them. Throws `notFound` for no such job. */
export async function jobHistory(ports: Ports, input: JobHistory): Promise<Page<Task>> {
  await ports.jobs.get(input.space, input.job);
  return tasks(ports, input);
}
