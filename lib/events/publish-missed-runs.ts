import { appNameOf, type InvalidJob, type Job } from '../jobs/job.ts';
import { writeStatus } from '../jobs/status.ts';
import type { ReconcileContext } from '../reconcile/context.ts';
import { type Missed, runMissed } from './outbound-events.ts';
import { publishEvents } from './publish.ts';

/**
 * Tells of occurrences that were missed. The job's status then says that it was told; cut off in between, the next minute
 * tells it again, with the same event. Where more was missed since the jobs were listed, the next minute tells of all.
 */
export async function publishMissedRuns(
  context: ReconcileContext,
  jobs: readonly (Job | InvalidJob)[],
): Promise<void> {
  const { ports, counters } = context;
  const unreported = jobs.flatMap((job) => {
    const { missed } = job.status;
    if (missed === undefined || missed.reported || job.deleting) return [];
    return [{ event: runMissed({ ...job, app: appNameOf(job) }, missed), of: { job, missed } }];
  });
  await publishEvents(context, {}, unreported, async ({ job, missed }) => {
    const isReported = await writeStatus(ports, job, (status) =>
      isSame(missed, status.missed) ? { missed: { ...missed, reported: true } } : undefined,
    );
    counters.count(isReported ? 'missedTold' : 'missedAgain');
  });
}

const isSame = ({ newest }: Missed, now: Missed | undefined): boolean =>
  now?.newest.getTime() === newest.getTime();
