import { DomainError } from '../domain/errors.ts';
import { appNameOf } from '../domain/job.ts';
import type { Ports } from '../ports.ts';
import { inParallel } from './in-parallel.ts';

/** As many Jobs as Kubernetes lists at once. */
const JOBS = 500;

/**
 * Deletes an app with its jobs. Tasks (running ones too) and its Secret follow in the background, by the cluster's own
 * garbage collector; rules of the jobs are removed by the reconcile, and a fire until then finds no job. Jobs that did
 * not come by create-job are not owned by the App: they go first. Throws `notFound`, also the second time. Cut off
 * among the jobs, a repeat goes on.
 */
export async function deleteApp(ports: Ports, { space, app }: { space: string; app: string }): Promise<void> {
  await refuseMissing(ports, space, app);
  let after: string | undefined;
  do {
    const page = await ports.jobs.list(space, { limit: JOBS, after });
    await inParallel(
      page.items.filter((job) => appNameOf(job) === app),
      (job) => ports.jobs.delete(job),
    );
    after = page.next;
  } while (after !== undefined);
  await ports.apps.delete(space, app);
}

/** An app that no task can run on is deleted as any other. */
async function refuseMissing({ apps }: Ports, space: string, app: string): Promise<void> {
  try {
    await apps.get(space, app);
  } catch (error) {
    if (!(error instanceof DomainError && error.kind === 'conflict')) throw error;
  }
}
