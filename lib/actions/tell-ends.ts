import { groupBy } from '../domain/group-by.ts';
import type { BrokenJob, Job } from '../domain/job.ts';
import { type Task, toTask } from '../domain/task.ts';
import type { Ports, RunRow } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { findJob } from './job.ts';
import type { World } from './world.ts';

/** Writers of one Job that meet are tried again so often; then the next minute tells it. */
const TRIES = 3;

/**
 * Sees to the ends of tasks: their job's status has when one last ended well. Only then a run is marked as told: cut
 * off before that it is done again, to the same end.
 */
export async function tellEnds(
  { ports, tally }: World,
  space: string,
  ended: readonly RunRow[],
  jobs: readonly (Job | BrokenJob)[],
): Promise<void> {
  if (ended.length === 0) return;
  const names = ended.map(({ name }) => name);
  const taskRuns = new Map(
    (await ports.runs.taskRuns(space, names)).map((taskRun) => [taskRun.run, taskRun]),
  );
  const tasks = ended.map((row) => ({ owner: row.ownerUid, task: toTask(row, taskRuns.get(row.name)) }));
  const ofJob = groupBy(tasks, ({ task }) => task.job);
  await inParallel([...ofJob], ([name, ends]) =>
    tally.attempt({ space, job: name }, async () => {
      const job = jobs.find((candidate) => candidate.name === name && candidate.uid === ends[0]?.owner);
      const succeeded = newestSuccess(ends.map(({ task }) => task));
      if (job !== undefined && succeeded !== undefined && !(await noteSuccess(ports, job, succeeded))) return;
      await inParallel(ends, ({ task }) => ports.runs.tell(space, task.name));
      for (const { task } of ends) tally.count(task.state);
    }),
  );
}

function newestSuccess(tasks: readonly Task[]): Date | undefined {
  const ends = tasks.flatMap(({ state, finishedAt }) =>
    state === 'succeeded' && finishedAt !== undefined ? [Date.parse(finishedAt)] : [],
  );
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}

/** Whether the job's status has it now, or there is no such job any more. */
async function noteSuccess(ports: Ports, job: Job | BrokenJob, succeeded: Date): Promise<boolean> {
  let current: Job | BrokenJob | undefined = job;
  for (let tried = 0; tried < TRIES && current?.uid === job.uid; tried += 1) {
    const { lastSuccessfulTime } = current.status;
    if (lastSuccessfulTime !== undefined && lastSuccessfulTime >= succeeded) return true;
    const written = await ports.jobs.writeStatus(current, { lastSuccessfulTime: succeeded });
    if (written !== 'overtaken') return true;
    current = await findJob(ports, job.space, job.name);
  }
  return current?.uid !== job.uid;
}
