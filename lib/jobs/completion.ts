import { toRfc3339 } from '../platform/quantities.ts';
import { momentOf } from '../schedules/at.ts';
import { type InvalidJob, isSynced, type Job, type JobCondition } from './job.ts';
import type { JobSchedule } from './job-schedule.ts';
import { withCondition } from './with-condition.ts';

/**
 * End of a schedule that is due once. `Started`: its run was started. `Missed`: its run will never be, and the condition
 * `OnTime` said why. `Passed`: its moment had passed when it was set or resumed.
 */
export type Completion = 'Started' | 'Missed' | 'Passed';

/**
 * Says how a schedule that is due once has ended; `undefined` before that, and for every other schedule. It follows from
 * `lastScheduleTime`, which only moves forward, so that no clock that goes back opens it again.
 */
export function completionOf(job: Job | InvalidJob): Completion | undefined {
  const schedule = 'spec' in job ? job.spec.schedule : undefined;
  if (schedule?.at === undefined) return undefined;
  const moment = momentOf(schedule.at, schedule.timeZone);
  const { lastScheduleTime, missed, schedule: active } = job.status;
  if (lastScheduleTime?.getTime() === moment.getTime())
    return missed?.newest.getTime() === moment.getTime() ? 'Missed' : 'Started';
  const isBehind = lastScheduleTime !== undefined && lastScheduleTime > moment;
  return isBehind || (isSynced(job) && active !== undefined && active.since > moment) ? 'Passed' : undefined;
}

/** True for a job whose run belongs to its app: run-task made it, and it still has the time that it was made for. */
export const runsOfApp = (job: Job): boolean =>
  job.isTemporary === true && job.spec.schedule?.at !== undefined;

/** True for a job that is to be removed: run-task made it, its one run was started, and nobody gave it anything else to do. */
export const isSpent = (job: Job): boolean =>
  runsOfApp(job) && job.spec.trigger === undefined && completionOf(job) === 'Started';

/** Says how a schedule ended, in a sentence. */
function completionMessage(how: Completion, { at = '', timeZone }: JobSchedule): string {
  const when = toRfc3339(momentOf(at, timeZone));
  if (how === 'Started') return `Its one run, of ${when}, was started.`;
  if (how === 'Missed') return `Its one run, of ${when}, was missed, and will not start any more.`;
  return `Its time, ${when}, had passed when it was set or resumed: it never runs. Set another, or delete the job.`;
}

/** Adds the condition `Complete` of a schedule that is due once and over. The same array when nothing changes. */
export function withCompletion(
  job: Job | InvalidJob,
  conditions: readonly JobCondition[],
  now: Date,
): readonly JobCondition[] {
  const reason = completionOf(job);
  const schedule = 'spec' in job ? job.spec.schedule : undefined;
  if (reason === undefined || schedule === undefined) return conditions;
  const message = completionMessage(reason, schedule);
  return withCondition(
    conditions,
    { type: 'Complete', status: 'True', reason, message },
    { generation: job.generation, now },
  );
}
