import { appNameOf } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { notFoundIn } from '../platform/errors.ts';
import { PAGE_SIZE, paginate } from '../platform/paginate.ts';
import type { Apps } from './apps.ts';

/**
 * Deletes an app with its jobs. Tasks (running ones too) and its Secret follow in the background, by the cluster's own
 * garbage collector; rules of the jobs are removed by the reconcile, and a fire until then finds no job. Jobs that did
 * not come by create-job are not owned by the App: they go first. Throws `notFound`, also the second time. Cut off
 * among the jobs, a repeat goes on.
 */
export async function deleteApp(
  ports: { readonly apps: Apps; readonly jobs: Jobs },
  { space, app }: { space: string; app: string },
): Promise<void> {
  // Invalid apps can be deleted too.
  if ((await ports.apps.find(space, app)) === undefined) throw notFoundIn(space, `App "${app}"`);
  for await (const page of paginate((after) => ports.jobs.list(space, { limit: PAGE_SIZE, after }))) {
    await mapConcurrent(
      page.filter((job) => appNameOf(job) === app),
      (job) => ports.jobs.delete(job),
    );
  }
  await ports.apps.delete(space, app);
}
