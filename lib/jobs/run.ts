import { type RunRequest, type RunTaskPorts, run } from '../tasks/run.ts';
import type { Started } from '../tasks/start.ts';
import { validJob } from './job.ts';
import type { Jobs } from './jobs.ts';

/** Ports of running a job. */
type RunJobPorts = RunTaskPorts & { readonly jobs: Jobs };

export type RunJob = RunRequest & { readonly job: string };

/**
 * Runs a job now, beside its schedule, even while it is suspended or another of its tasks runs. Idempotent with a key, as
 * run-task is. Throws `notFound`, `conflict` for a job or an app that can't run, and what run-task throws.
 */
export async function runJob(ports: RunJobPorts, request: RunJob): Promise<Started> {
  const job = validJob(await ports.jobs.get(request.space, request.job));
  return run(ports, request, { verb: 'run-job', app: job.spec.app, job });
}
