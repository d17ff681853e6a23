import type { InvalidJob, Job } from '../jobs/job.ts';
import { writeStatus } from '../jobs/status.ts';
import { groupBy } from '../platform/collections.ts';
import { mapConcurrent } from '../platform/map-concurrent.ts';
import type { Ports, RunRow } from '../platform/ports.ts';
import type { ReconcileContext } from '../reconcile/context.ts';
import { depthOf } from '../tasks/event.ts';
import { type RowTask, withTaskRuns } from '../tasks/list.ts';
import type { Task } from '../tasks/task.ts';
import { taskEnded } from './outbound-events.ts';
import { publishEvents } from './publish.ts';

/**
 * Sees to the ends of tasks: their job's status has when one last ended well, and an event tells of each. Only then a
 * run is marked as told: cut off before that all is done again, with the same event. Nothing of one task is held up by
 * another.
 */
export async function publishTaskEvents(
  context: ReconcileContext,
  space: string,
  ended: readonly RunRow[],
  jobs: readonly (Job | InvalidJob)[],
): Promise<void> {
  if (ended.length === 0) return;
  const { ports } = context;
  const recorded = await recordSuccesses(context, space, await withTaskRuns(ports, space, ended), jobs);
  await publishEvents(
    context,
    { space },
    recorded.flatMap((end) => eventOf(end)),
    async ({ row, task }) => {
      await ports.runs.markReported(space, row.name);
      context.counters.count(task.state);
    },
  );
}

function eventOf(end: RowTask) {
  const { row, task } = end;
  const event = taskEnded(task, { space: row.space, uid: row.uid, depth: depthOf(row.annotations) });
  return event === undefined ? [] : [{ event, of: end }];
}

/** Writes when tasks of each job last ended well; the ends of those jobs whose status has it now, oldest first. */
async function recordSuccesses(
  { ports, counters }: ReconcileContext,
  space: string,
  ends: readonly RowTask[],
  jobs: readonly (Job | InvalidJob)[],
): Promise<readonly RowTask[]> {
  const recorded: RowTask[] = [];
  await mapConcurrent([...groupBy(ends, ({ task }) => task.job)], ([name, ofJob]) =>
    counters.isolate({ space, job: name }, async () => {
      const job = jobs.find((one) => one.name === name && one.uid === ofJob[0]?.row.ownerUid);
      const succeeded = newestSuccess(ofJob.map(({ task }) => task));
      if (job !== undefined && succeeded !== undefined && !(await recordSuccess(ports, job, succeeded)))
        return;
      recorded.push(...ofJob);
    }),
  );
  return recorded.toSorted((a, b) => endedAt(a) - endedAt(b));
}

const endedAt = ({ task }: RowTask): number => Date.parse(task.finishedAt ?? task.createdAt);

function newestSuccess(tasks: readonly Task[]): Date | undefined {
  const ends = tasks.flatMap(({ state, finishedAt }) =>
    state === 'succeeded' && finishedAt !== undefined ? [Date.parse(finishedAt)] : [],
  );
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}

/** Whether the job's status has it now, or there is no such job any more. */
const recordSuccess = (ports: Ports, job: Job | InvalidJob, succeeded: Date): Promise<boolean> =>
  writeStatus(ports, job, ({ lastSuccessfulTime }) =>
    lastSuccessfulTime !== undefined && lastSuccessfulTime >= succeeded
      ? undefined
      : { lastSuccessfulTime: succeeded },
  );
