import { clockTime } from '../../cli/api/relative-time.ts';
import type { Job } from '../../cli/api/responses.ts';
import { RelativeTime, useMinute } from '../components/clock.tsx';
import { type Column, Head } from '../components/head.tsx';
import { STRIP, Strip } from '../components/sparkline.tsx';
import { meaningOf } from '../cron-description.ts';
import { DRIVERS, policyOf, statusOf, triggerOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';

type JobTableProps = { readonly space: string; readonly jobs: readonly Job[] };

const COLUMNS: readonly Column[] = [
  ['Job'],
  ['Schedule', 'wide'],
  ['Next runs', 'wide'],
  [`Last ${STRIP} runs`],
  ['Last run', 'wide'],
];

/** Jobs, one a row: what it is, when it runs and how it went. */
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
  const standing = statusOf(job);
  const [newest] = job.outcomes ?? [];
  return (
    <tr>
      <td class="main">
        <span class="named">
          <a href={hrefOf({ view: 'job', space, job: job.name })}>{job.name}</a>
          {standing.word !== 'Scheduled' && (
            <span class={standing.attention ? 'tag failed' : 'tag'}>{standing.word}</span>
          )}
        </span>
        {job.schedule !== undefined && <span class="sub narrow">{job.schedule.description}</span>}
        {standing.attention ? (
          <span class="why failed">{standing.messages.join(' ')}</span>
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
        <Strip outcomes={job.outcomes ?? []} />
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
      {schedule.description}
      <span class="sub muted">
        <code>{schedule.cron}</code> · {schedule.timeZone}
      </span>
      <span class="sub muted">
        {policyOf(job)}
        {schedule.driver !== undefined && ` · ${DRIVERS[schedule.driver]}`}
      </span>
      {trigger !== undefined && <span class="sub muted">{trigger} too</span>}
    </>
  );
}

/** Next runs that are shown of a job. */
const NEXT = 3;

/** By the functions' own code: a list of jobs tells one, and time goes on while it is shown. */
function NextRuns({ job: { schedule, suspend } }: { readonly job: Job }) {
  const now = useMinute();
  if (schedule === undefined || suspend === true) return <span class="muted">–</span>;
  const meaning = meaningOf(schedule, now, NEXT);
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
