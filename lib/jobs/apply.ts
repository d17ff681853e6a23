import type { App } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import type { EventStage } from '../events/trigger-rules.ts';
import { problemOfTrigger } from '../events/trigger-rules.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { DomainError, type FieldError, invalid } from '../platform/errors.ts';
import { newNonce } from '../platform/names.ts';
import { PAGE_SIZE, paginate } from '../platform/paginate.ts';
import type { AppliedJob } from './applied-job.ts';
import { isActivated, type PlannedJob, planApply } from './apply-plan.ts';
import { withApplyLease } from './apply-turn.ts';
import type { InvalidJob, Job } from './job.ts';
import { refusePast } from './job-schedule.ts';
import type { Jobs } from './jobs.ts';

/** Ports of applying jobs. */
export type ApplyJobsPorts = {
  readonly apps: Apps;
  readonly jobs: Jobs;
  readonly stage: EventStage;
  readonly now: () => Date;
  readonly random: (bytes: number) => Uint8Array;
};

export type ApplyJobs = {
  readonly space: string;
  readonly app: string;
  readonly jobs: readonly AppliedJob[];
  /** Deletes the jobs that an apply for this app made, and that are not among these. */
  readonly prune?: boolean | undefined;
  /** Only plans it. */
  readonly dryRun?: boolean | undefined;
};

/** Job of an apply. `remaining`: there was no time for it. */
export type AppliedResult = {
  readonly name: string;
  readonly outcome: 'created' | 'changed' | 'deleted' | 'unchanged' | 'kept' | 'remaining';
  /** Fields that were changed. */
  readonly fields?: readonly string[] | undefined;
  /** False while the reconcile has not activated its schedule and trigger. Absent: not one of the file, or not made yet. */
  readonly active?: boolean | undefined;
};

/** Time in ms after which no more jobs are written: the gateway waits for 30 s. */
const WRITE_MS = 18_000;

/**
 * Makes the jobs of an app those of a file. All of it is checked before the first write, and one that differs in nothing is not
 * written; an apply that has nothing to write sends reads alone. Jobs are created and changed, and deleted last. Cut anywhere, a
 * repeat does the rest. Their rules follow by the reconcile. One apply of an app at a time: another one throws `conflict`.
 * Throws `notFound` without the app, `invalid`, and what the cluster refuses, with how much was done before.
 */
export async function applyJobs(
  ports: ApplyJobsPorts,
  request: ApplyJobs,
): Promise<readonly AppliedResult[]> {
  const startedAt = ports.now();
  checkTriggers(ports.stage, request);
  const app = await ports.apps.get(request.space, request.app);
  const plan = await planNow(ports, request);
  if (request.dryRun === true || !plan.some(isWrite))
    return plan.map((planned) => resultOf(ports, planned, undefined, request.dryRun));
  const until = startedAt.getTime() + WRITE_MS;
  return withApplyLease(ports, app, newNonce(ports), async () =>
    // Another apply may have ended since.
    writeAll(ports, app, await planNow(ports, request), () => ports.now().getTime() < until),
  );
}

const isWrite = ({ action }: PlannedJob): boolean => action !== 'none' && action !== 'keep';

function checkTriggers(stage: EventStage, { space, jobs }: ApplyJobs): void {
  const problems = jobs.flatMap(({ trigger }, index): FieldError[] => {
    const problem = trigger && problemOfTrigger(stage, space, trigger);
    return problem === undefined ? [] : [{ ...problem, field: `jobs[${index}].trigger.${problem.field}` }];
  });
  if (problems.length > 0) throw invalid(...problems);
}

async function planNow(ports: ApplyJobsPorts, request: ApplyJobs): Promise<readonly PlannedJob[]> {
  const { space, app, jobs, prune = false } = request;
  const found: (Job | InvalidJob)[] = [];
  for await (const page of paginate((after) => ports.jobs.list(space, { limit: PAGE_SIZE, after })))
    found.push(...page);
  const plan = planApply({ app, jobs, found, prune });
  for (const [index, planned] of plan.entries())
    checkTime(planned, ports.now(), `jobs[${index}].schedule.at`);
  return plan;
}

/** Throws `invalid` for a new time that has passed. One that a job has had stays: the file may outlive it. */
function checkTime(planned: PlannedJob, now: Date, field: string): void {
  if (planned.action === 'create' && planned.spec.schedule) refusePast(planned.spec.schedule, now, field);
  if (planned.action !== 'change' || planned.spec.schedule === undefined) return;
  if (planned.fields.some((changed) => ['schedule', 'spec'].includes(changed)))
    refusePast(planned.spec.schedule, now, field, planned.job.status.lastScheduleTime);
}

/** Writes the jobs while there is time. After one that is refused no other is begun, and none is deleted. */
async function writeAll(
  ports: ApplyJobsPorts,
  app: App,
  plan: readonly PlannedJob[],
  hasTime: () => boolean,
): Promise<readonly AppliedResult[]> {
  const results = new Map<PlannedJob, AppliedResult>();
  let refused: DomainError | undefined;
  const attempt = async (planned: PlannedJob): Promise<void> => {
    if (refused !== undefined || !hasTime()) return;
    try {
      results.set(planned, resultOf(ports, planned, await write(ports, app, planned)));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refused ??= error;
    }
  };
  const writes = plan.filter(isWrite);
  await mapConcurrent(
    writes.filter(({ action }) => action !== 'delete'),
    attempt,
  );
  await mapConcurrent(
    writes.filter(({ action }) => action === 'delete'),
    attempt,
  );
  if (refused !== undefined) {
    const text = `${results.size} jobs were written and ${writes.length - results.size} not: the same request does the rest.`;
    throw new DomainError(refused.kind, `${refused.message} ${text}`, refused.fields);
  }
  return plan.map((planned): AppliedResult => {
    if (!isWrite(planned)) return resultOf(ports, planned);
    return results.get(planned) ?? { name: planned.name, outcome: 'remaining' };
  });
}

/** Writes one job; `undefined` for one that is deleted now. */
async function write(
  ports: ApplyJobsPorts,
  app: App,
  planned: PlannedJob,
): Promise<Job | InvalidJob | undefined> {
  switch (planned.action) {
    case 'create':
      return ports.jobs.create(app, planned.name, planned.spec, newNonce(ports), { isApplied: true });
    case 'change':
      return ports.jobs.replace(planned.job, planned.spec);
    case 'delete':
      await ports.jobs.delete(planned.job);
      return undefined;
    default:
      return planned.job;
  }
}

const OUTCOME = {
  create: 'created',
  change: 'changed',
  delete: 'deleted',
  none: 'unchanged',
  keep: 'kept',
} as const;

/** Result for a job that was written as `written`, or would be. */
function resultOf(
  { stage }: ApplyJobsPorts,
  planned: PlannedJob,
  written?: Job | InvalidJob,
  dryRun = false,
): AppliedResult {
  const { name, action } = planned;
  const job = written ?? (action === 'none' ? planned.job : undefined);
  return {
    name,
    outcome: OUTCOME[action],
    ...(action === 'change' ? { fields: planned.fields } : {}),
    ...(job === undefined || dryRun ? {} : { active: isActivated(stage, job) }),
  };
}
