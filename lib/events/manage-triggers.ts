import type { Apps } from '../apps/apps.ts';
import type { InvalidJob, Job } from '../jobs/job.ts';
import { findAppOf } from '../jobs/status.ts';
import { type FieldError, invalid, notFound } from '../platform/errors.ts';
import { isOfStage, wordsOf } from '../schedules/call-rules.ts';
import { refusalOfTrigger } from '../schedules/rules.ts';
import { type SyncPorts, syncRules } from '../schedules/sync.ts';
import type { Trigger } from './trigger.ts';
import { problemOfTrigger } from './trigger-rules.ts';

/** Ports of managing triggers. */
export type ManageTriggerPorts = SyncPorts & { readonly apps: Apps };

type CreateTrigger = { readonly space: string; readonly job: string; readonly trigger: Trigger };

/**
 * Sets or replaces the trigger of a job. Throws `notFound`, and `invalid` for a pattern that EventBridge rejects or the
 * stage does not allow. After a crash the reconcile syncs the rule.
 */
export async function createTrigger(
  ports: ManageTriggerPorts,
  { space, job: name, trigger }: CreateTrigger,
): Promise<Job | InvalidJob> {
  await checkTrigger(ports, { space, name }, trigger);
  const since = ports.now();
  const job = await ports.jobs.get(space, name);
  const app = await findAppOf(ports, job);
  return syncRules(ports, await ports.jobs.change(job, { trigger }), { since, app });
}

/**
 * Throws `invalid` for a trigger that jobs of the space can't have, and for one whose rule EventBridge refuses. `of`: prefix
 * of the field, such as `trigger.`. While EventBridge can't be asked, its part of the check is left to the sync.
 */
export async function checkTrigger(
  ports: ManageTriggerPorts,
  job: { readonly space: string; readonly name: string },
  trigger: Trigger,
  of = '',
): Promise<void> {
  const problem =
    problemOfTrigger(ports.stage, job.space, trigger) ?? (await problemOfRule(ports, job, trigger));
  if (problem !== undefined) throw invalid({ ...problem, field: `${of}${problem.field}` });
}

async function problemOfRule(
  ports: ManageTriggerPorts,
  job: { readonly space: string; readonly name: string },
  { bus, pattern }: Trigger,
): Promise<FieldError | undefined> {
  const refusal = await refusalOfTrigger(ports, job, { bus, pattern: JSON.stringify(pattern) });
  if (refusal === undefined || isOfStage(refusal)) return undefined;
  return { field: refusal.code === MISSING_BUS ? 'bus' : 'pattern', message: wordsOf(refusal) };
}

/** Code of PutRule for a bus that does not exist. */
const MISSING_BUS = 'ResourceNotFoundException';

/**
 * Deletes the trigger of a job: events start no more tasks; running tasks continue. Throws `notFound` for an unknown job
 * and for one without a trigger. After a crash the reconcile removes the rule.
 */
export async function deleteTrigger(
  ports: ManageTriggerPorts,
  { space, job: name }: { space: string; job: string },
): Promise<void> {
  const job = await ports.jobs.get(space, name);
  if ('spec' in job && job.spec.trigger === undefined) throw notFound(`Job "${name}" has no trigger.`);
  const app = await findAppOf(ports, job);
  await syncRules(ports, await ports.jobs.change(job, { trigger: null }), { since: ports.now(), app });
}
