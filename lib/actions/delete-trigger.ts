import { notFound } from '../domain/errors.ts';
import type { SchedulingPorts } from '../ports.ts';
import { syncRules } from './sync-rules.ts';

/**
 * Takes a job's trigger away: events start no more tasks; those that run go on. Throws `notFound` for a job that is not
 * there, and for one that has no trigger. Cut after the spec is written, the reconcile removes the rule.
 */
export async function deleteTrigger(
  ports: SchedulingPorts,
  { space, job: name }: { space: string; job: string },
): Promise<void> {
  const job = await ports.jobs.get(space, name);
  if ('spec' in job && job.spec.trigger === undefined) throw notFound(`Job "${name}" has no trigger.`);
  await syncRules(ports, await ports.jobs.change(job, { trigger: null }), { since: ports.now() });
}
