import { withoutEvent, withSilence } from '../jobs/health.ts';
import { type InvalidJob, type Job, type Missed, writtenSpecOf } from '../jobs/job.ts';
import type { StatusChange } from '../jobs/jobs.ts';
import { writeStatus } from '../jobs/status.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { jobEvent, type OutboundEvent, runMissed } from './outbound-events.ts';
import { type PublishPorts, publishEvents } from './publish.ts';

type AnyJob = Job | InvalidJob;

/**
 * Publishes the events that jobs' statuses hold: occurrences that were missed, and jobs that are failing, recovered or silent.
 * Those of one job go out in order, each once it was recorded that the one before did. After a crash in between, the next
 * reconcile publishes the same event again, under the same `eventId`.
 */
export async function publishJobEvents(ports: PublishPorts, jobs: readonly AnyJob[]): Promise<void> {
  let open: readonly AnyJob[] = await recordSilence(ports, jobs);
  while (open.length > 0) {
    const further: AnyJob[] = [];
    const messages = open.flatMap((job) => nextEvent(job) ?? []);
    await publishEvents(ports, {}, messages, async ({ job, published }) => {
      const written = await writeStatus(ports, job, published);
      ports.counters.count(written === 'conflict' ? 'jobEventsUnrecorded' : 'jobEventsReported');
      if (typeof written !== 'string') further.push(written);
    });
    open = further;
  }
}

/** Writes whether jobs are silent. Returns all jobs as they are now. */
async function recordSilence(ports: PublishPorts, jobs: readonly AnyJob[]): Promise<readonly AnyJob[]> {
  const current = jobs.map((job) => ports.written.get(job.uid) ?? job);
  const changing = current.filter((job) => !job.deleting && withSilence(job, ports.now()) !== undefined);
  await mapConcurrent(changing, (job) =>
    ports.counters.isolate({ space: job.space, job: job.name }, async () => {
      const written = await writeStatus(ports, job, (now) => withSilence(now, ports.now()));
      if (typeof written !== 'string') ports.written.set(job.uid, written);
    }),
  );
  return current.map((job) => ports.written.get(job.uid) ?? job);
}

/** First event of a job that was not published, and what its status becomes then. */
type NextEvent = {
  readonly event: OutboundEvent;
  readonly of: { readonly job: AnyJob; readonly published: (current: AnyJob) => StatusChange | undefined };
};

function nextEvent(job: AnyJob): NextEvent | undefined {
  if (job.deleting) return undefined;
  const { missed, health } = job.status;
  const of = { ...job, app: writtenSpecOf(job).app };
  if (missed !== undefined && !missed.reported)
    return {
      event: runMissed(of, missed),
      of: {
        job,
        // Where more were missed meanwhile, the next reconcile publishes all of them.
        published: ({ status }) =>
          isSame(missed, status.missed) ? { missed: { ...missed, reported: true } } : undefined,
      },
    };
  const first = health?.unreported[0];
  if (first === undefined) return undefined;
  return { event: jobEvent(of, first), of: { job, published: (current) => withoutEvent(current, first) } };
}

const isSame = ({ newest }: Missed, now: Missed | undefined): boolean =>
  now?.newest.getTime() === newest.getTime();
