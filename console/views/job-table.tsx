import { clockTime } from '../../cli/api/relative-time.ts';
import type { Job } from '../../cli/api/responses.ts';
import { scheduleText } from '../../cli/api/schedule-text.ts';
import { RelativeTime, useMinute } from '../components/clock.tsx';
import { type Column, Head } from '../components/head.tsx';
import { RUNS_SHOWN, Sparkline } from '../components/sparkline.tsx';
import { meaningOf } from '../cron-description.ts';
import { DRIVERS, INVALID_SCHEDULE, policyOf, statusOf, triggerOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';

type JobTableProps = { readonly space: string; readonly jobs: readonly Job[] };

const COLUMNS: readonly Column[] = [
  ['Job'],
  ['Schedule', 'wide'],
  ['Next runs', 'wide'],
  [`Last ${RUNS_SHOWN} runs`],
  ['Last run', 'wide'],
];

/** Table of jobs: status, schedule, next runs and outcomes. */
export const JobTable = ({ space, jobs }: JobTableProps) => (
  <table class="list jobs" aria-label="Jobs">
    <Head columns={COLUMNS} />
    <tbody>
      {jobs.map((job) => (
        <JobRow key={job.name} space={space} job={job} />
      ))}
    </tbody>
  </table>
);

function JobRow({ space, job }: { readonly space: string; readonly job: Job }) {
  const status = statusOf(job);
  const [newest] = job.outcomes ?? [];
  return (
    <tr>
      <td class="main">
        <span class="named">
          <a href={hrefOf({ view: 'job', space, job: job.name })}>{job.name}</a>
          {status.label !== 'Scheduled' && (
            <span class={status.attention ? 'tag failed' : 'tag'}>{status.label}</span>
          )}
        </span>
        {job.schedule !== undefined && (
          <span class="sub narrow">{job.schedule.description ?? scheduleText(job.schedule)}</span>
        )}
        {status.attention ? (
          <span class="reason failed">{status.messages.join(' ')}</span>
        ) : (
          <span class="sub muted">
            {job.app}
            {job.command !== undefined && (
              <>
                {' · '}
                <code>{job.command}</code>
              </>
            )}
          </span>
        )}
      </td>
      <td class="wide">
        <ScheduleCell job={job} />
      </td>
      <td class="wide">
        <NextRuns job={job} />
      </td>
      <td>
        <Sparkline outcomes={job.outcomes ?? []} />
      </td>
      <td class="wide number">
        {newest === undefined ? <span class="muted">–</span> : <RelativeTime time={newest.createdAt} />}
      </td>
    </tr>
  );
}

function ScheduleCell({ job }: { readonly job: Job }) {
  const { schedule } = job;
  const trigger = triggerOf(job);
  if (schedule === undefined) return <span class="muted">{trigger ?? 'On demand'}</span>;
  return (
    <>
      {schedule.description ?? INVALID_SCHEDULE}
      <span class="sub muted">
        <code>{schedule.cron ?? schedule.at}</code> · {schedule.timeZone}
      </span>
      <span class="sub muted">
        {policyOf(job)}
        {schedule.driver !== undefined && ` · ${DRIVERS[schedule.driver]}`}
      </span>
      {trigger !== undefined && <span class="sub muted">Also: {trigger}</span>}
    </>
  );
}

/** Number of next runs to show. */
const RUN_COUNT = 3;

/** Next runs of a job. Computed here, as the list has only one and the time passes while it is shown. */
function NextRuns({ job: { schedule, suspend, problems } }: { readonly job: Job }) {
  const now = useMinute();
  if (schedule === undefined || suspend === true || problems !== undefined)
    return <span class="muted">–</span>;
  const { cron = '', at = '', timeZone } = schedule;
  const meaning = meaningOf({ cron, at, timeZone }, now, RUN_COUNT);
  if (!meaning.ok) return <span class="muted">–</span>;
  return (
    <ol class="next-runs">
      {meaning.next.map((date) => (
        <li key={date.getTime()} class="number">
          {clockTime(date.toISOString(), schedule.timeZone)}
        </li>
      ))}
    </ol>
  );
}
