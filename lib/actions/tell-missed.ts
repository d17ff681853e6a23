import { appNameOf, type BrokenJob, type Job } from '../domain/job.ts';
import { type Missed, missedOf } from '../domain/told-events.ts';
import { sendEvents } from './send-events.ts';
import type { World } from './world.ts';
import { writeStatus } from './write-status.ts';

/**
 * Tells of occurrences that were missed. The job's status then says that it was told; cut off in between, the next minute
 * tells it again, with the same event. Where more was missed since the jobs were listed, the next minute tells of all.
 */
export async function tellMissed(world: World, jobs: readonly (Job | BrokenJob)[]): Promise<void> {
  const { ports, tally } = world;
  const untold = jobs.flatMap((job) => {
    const { missed } = job.status;
    if (missed === undefined || missed.told || job.deleting) return [];
    return [{ event: missedOf({ ...job, app: appNameOf(job) }, missed), of: { job, missed } }];
  });
  await sendEvents(world, {}, untold, async ({ job, missed }) => {
    const isTold = await writeStatus(ports, job, (status) =>
      isSame(missed, status.missed) ? { missed: { ...missed, told: true } } : undefined,
    );
    tally.count(isTold ? 'missedTold' : 'missedAgain');
  });
}

const isSame = ({ newest }: Missed, now: Missed | undefined): boolean =>
  now?.newest.getTime() === newest.getTime();
