import type { BrokenJob, Job } from '../domain/job.ts';
import { appNameOf } from '../domain/job.ts';
import { missedOf } from '../domain/told-events.ts';
import { sendEvents } from './send-events.ts';
import type { World } from './world.ts';

/**
 * Tells of occurrences that were missed. The job's status then says that it was told; where somebody else wrote the Job
 * first, or it is cut off in between, the next minute tells it again, with the same event.
 */
export async function tellMissed(world: World, jobs: readonly (Job | BrokenJob)[]): Promise<void> {
  const { ports, tally } = world;
  const untold = jobs.flatMap((job) => {
    const { missed } = job.status;
    if (missed === undefined || missed.told || job.deleting) return [];
    return [{ event: missedOf({ ...job, app: appNameOf(job) }, missed), of: { job, missed } }];
  });
  await sendEvents(world, {}, untold, async ({ job, missed }) => {
    const written = await ports.jobs.writeStatus(job, { missed: { ...missed, told: true } });
    tally.count(written === 'overtaken' ? 'missedAgain' : 'missedTold');
  });
}
