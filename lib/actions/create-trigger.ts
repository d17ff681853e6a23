import { invalid } from '../domain/errors.ts';
import type { BrokenJob, Job } from '../domain/job.ts';
import type { Trigger } from '../domain/trigger.ts';
import { problemOfTrigger } from '../domain/trigger-rules.ts';
import type { SchedulingPorts } from '../ports.ts';
import { patternRefusal } from './schedule-rules.ts';
import { syncRules } from './sync-rules.ts';

export type CreateTrigger = { readonly space: string; readonly job: string; readonly trigger: Trigger };

/**
 * Gives a job its trigger, in place of the one that it has. Throws `notFound`, and `invalid` for a pattern that
 * EventBridge would not take or that the stage does not allow. Cut after the spec is written, the reconcile brings it
 * into force.
 */
export async function createTrigger(
  ports: SchedulingPorts,
  { space, job: name, trigger }: CreateTrigger,
): Promise<Job | BrokenJob> {
  await checkTrigger(ports, { space, name }, trigger);
  const since = ports.now();
  const job = await ports.jobs.get(space, name);
  return syncRules(ports, await ports.jobs.change(job, { trigger }), { since });
}

/**
 * Throws `invalid` for a trigger that jobs of the space can't have. `of`: where it stands in the request. Where EventBridge
 * is out of reach, its part of the check is left to the sync.
 */
export async function checkTrigger(
  ports: SchedulingPorts,
  job: { readonly space: string; readonly name: string },
  trigger: Trigger,
  of = '',
): Promise<void> {
  const problem =
    problemOfTrigger(ports.stage, job.space, trigger) ?? (await patternRefusal(ports, job, trigger.pattern));
  if (problem === undefined || problem === 'outOfReach') return;
  throw invalid({ ...problem, field: `${of}${problem.field}` });
}
