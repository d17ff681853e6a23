import { groupBy } from '../domain/group-by.ts';
import type { BrokenJob, Job } from '../domain/job.ts';
import type { Task } from '../domain/task.ts';
import { depthOf } from '../domain/task-event.ts';
import { endOf } from '../domain/told-events.ts';
import type { Ports, RunRow } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { sendEvents } from './send-events.ts';
import { type RowTask, tasksOf } from './tasks-of.ts';
import type { World } from './world.ts';
import { writeStatus } from './write-status.ts';

/**
 * Sees to the ends of tasks: their job's status has when one last ended well, and an event tells of each. Only then a
 * run is marked as told: cut off before that all is done again, with the same event. Nothing of one task is held up by
 * another.
 */
export async function tellEnds(
  world: World,
  space: string,
  ended: readonly RunRow[],
  jobs: readonly (Job | BrokenJob)[],
): Promise<void> {
  if (ended.length === 0) return;
  const { ports } = world;
  const noted = await noteSuccesses(world, space, await tasksOf(ports, space, ended), jobs);
  await sendEvents(
    world,
    { space },
    noted.flatMap((end) => eventOf(end)),
    async ({ row, task }) => {
      await ports.runs.tell(space, row.name);
      world.tally.count(task.state);
    },
  );
}

function eventOf(end: RowTask) {
  const { row, task } = end;
  const event = endOf(task, { space: row.space, uid: row.uid, depth: depthOf(row.annotations) });
  return event === undefined ? [] : [{ event, of: end }];
}

/** Writes when tasks of each job last ended well; the ends of those jobs whose status has it now, oldest first. */
async function noteSuccesses(
  { ports, tally }: World,
  space: string,
  ends: readonly RowTask[],
  jobs: readonly (Job | BrokenJob)[],
): Promise<readonly RowTask[]> {
  const noted: RowTask[] = [];
  await inParallel([...groupBy(ends, ({ task }) => task.job)], ([name, ofJob]) =>
    tally.attempt({ space, job: name }, async () => {
      const job = jobs.find((one) => one.name === name && one.uid === ofJob[0]?.row.ownerUid);
      const succeeded = newestSuccess(ofJob.map(({ task }) => task));
      if (job !== undefined && succeeded !== undefined && !(await noteSuccess(ports, job, succeeded))) return;
      noted.push(...ofJob);
    }),
  );
  return noted.toSorted((a, b) => endedAt(a) - endedAt(b));
}

const endedAt = ({ task }: RowTask): number => Date.parse(task.finishedAt ?? task.createdAt);

function newestSuccess(tasks: readonly Task[]): Date | undefined {
  const ends = tasks.flatMap(({ state, finishedAt }) =>
    state === 'succeeded' && finishedAt !== undefined ? [Date.parse(finishedAt)] : [],
  );
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}

/** Whether the job's status has it now, or there is no such job any more. */
const noteSuccess = (ports: Ports, job: Job | BrokenJob, succeeded: Date): Promise<boolean> =>
  writeStatus(ports, job, ({ lastSuccessfulTime }) =>
    lastSuccessfulTime !== undefined && lastSuccessfulTime >= succeeded
      ? undefined
      : { lastSuccessfulTime: succeeded },
  );
