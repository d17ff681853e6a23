import { writtenSpecOf } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { notFoundIn } from '../platform/errors.ts';
import { PAGE_SIZE, paginate } from '../platform/paginate.ts';
import type { Apps } from './apps.ts';

/** Ports of deleting an app. */
export type DeleteAppPorts = { readonly apps: Apps; readonly jobs: Jobs };

/**
 * Deletes an app with its jobs. The garbage collector deletes its tasks, running ones too, and its Secret; the reconcile
 * removes the rules of its jobs, which trigger nothing until then. Jobs are deleted before the App, since those that
 * kubectl created have no owner; a repeat resumes after a crash. Throws `notFound`.
 */
export async function deleteApp(
  ports: DeleteAppPorts,
  { space, app }: { space: string; app: string },
): Promise<void> {
  // Invalid apps can be deleted too.
  if ((await ports.apps.find(space, app)) === undefined) throw notFoundIn(space, `App "${app}"`);
  for await (const page of paginate((after) => ports.jobs.list(space, { limit: PAGE_SIZE, after }))) {
    await mapConcurrent(
      page.filter((job) => writtenSpecOf(job).app === app),
      (job) => ports.jobs.delete(job),
    );
  }
  await ports.apps.delete(space, app);
}
