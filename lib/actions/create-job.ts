import { type App, validApp } from '../domain/app.ts';
import { invalid } from '../domain/errors.ts';
import type { BrokenJob, Job, JobSpec } from '../domain/job.ts';
import type { SchedulingPorts } from '../ports.ts';
import { checkTrigger } from './create-trigger.ts';
import { newNonce } from './start-task.ts';
import { syncRules } from './sync-rules.ts';

export type CreateJob = { readonly space: string; readonly name: string; readonly spec: JobSpec };

/**
 * Makes a job of an app, which then owns it, and brings its schedule and its trigger into force. Throws `conflict` for a
 * name that is taken. Cut after the Job, the reconcile brings them into force; it runs from this moment on, not before.
 */
export async function createJob(
  ports: SchedulingPorts,
  { space, name, spec }: CreateJob,
): Promise<Job | BrokenJob> {
  if (spec.trigger !== undefined) await checkTrigger(ports, { space, name }, spec.trigger, 'trigger.');
  const since = ports.now();
  const app = await readApp(ports, space, spec.app);
  const job = await ports.jobs.create(app, name, spec, newNonce(ports));
  if (spec.schedule === undefined && spec.trigger === undefined) return job;
  return syncRules(ports, job, { since, app });
}

/** An app that is not there is a wrong field of the request: the path names only the space. */
async function readApp({ apps }: SchedulingPorts, space: string, name: string): Promise<App> {
  const app = await apps.find(space, name);
  if (app !== undefined) return validApp(app);
  throw invalid({ field: 'app', message: `App "${name}" is not in space "${space}": push it first.` });
}
