import { useState } from 'preact/hooks';
import { Job, Task } from '../../cli/api/responses.ts';
import { WATCHED } from '../api/backoff.ts';
import { usePaged } from '../api/use-paged.ts';
import { usePolled } from '../api/use-polled.ts';
import { RelativeTime } from '../components/clock.tsx';
import { Facts } from '../components/facts.tsx';
import { More } from '../components/more.tsx';
import { Card, Loading, Page, ProblemAlert } from '../components/page.tsx';
import { Sparkline } from '../components/sparkline.tsx';
import { TaskTable } from '../components/task-table.tsx';
import { policyOf, statusOf, triggerOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { formatResources } from '../summary.ts';
import { CancelBackfill } from './cancel-backfill.tsx';
import { JobActions } from './job-actions.tsx';
import { JobSchedule } from './job-schedule.tsx';

type JobViewProps = { readonly space: string; readonly job: string };

/** View of a job: its status, schedule, configuration and tasks. */
export function JobView({ space, job: name }: JobViewProps) {
  const job = usePolled(Job, { path: [space, 'jobs', name] });
  // Polled often, so that new runs show soon.
  const history = usePaged(
    Task,
    { path: [space, 'jobs', name, 'tasks'], query: { limit: '50' } },
    { pauses: WATCHED },
  );
  const [edits, setEdits] = useState(false);
  return (
    <Page
      of={{ view: 'job', space, job: name }}
      aside={
        job.value !== undefined && (
          <span class={statusOf(job.value).attention ? 'tag failed' : 'tag'} role="status">
            {statusOf(job.value).label}
          </span>
        )
      }
      actions={
        job.value !== undefined && (
          <JobActions space={space} job={job.value} refresh={job.refresh} onEdit={() => setEdits(true)} />
        )
      }
    >
      {job.problem !== undefined && <ProblemAlert problem={job.problem} />}
      {job.value === undefined && job.problem === undefined && <Loading />}
      {job.value !== undefined && (
        <>
          <Conditions job={job.value} />
          <div class="overview">
            <JobSchedule
              space={space}
              job={job.value}
              edits={edits}
              onEdits={setEdits}
              refresh={job.refresh}
            />
            <Configuration space={space} job={job.value} />
          </div>
        </>
      )}
      {job.value !== undefined && history.items !== undefined && (
        <History space={space} job={name} history={history} tasks={history.items} />
      )}
    </Page>
  );
}

const Conditions = ({ job }: { readonly job: Job }) => {
  const { attention, messages } = statusOf(job);
  if (!attention) return null;
  return (
    <div class="verdict failed">
      {messages.map((message) => (
        <p key={message}>{message}</p>
      ))}
    </div>
  );
};

const Configuration = ({ space, job }: { readonly space: string; readonly job: Job }) => (
  <Card title="Configuration">
    <Facts
      of={[
        ['App', job.app && <a href={hrefOf({ view: 'app', space, app: job.app })}>{job.app}</a>],
        ['Command', job.command === undefined ? 'From the app' : <code>{job.command}</code>],
        ['Environment', job.env?.map(({ name }) => name).join(', ')],
        ['Timeout', job.timeout],
        ['Resources', job.resources === undefined ? 'From the app' : formatResources(job.resources)],
        ['Trigger', triggerOf(job)],
        ['Pattern', job.trigger?.pattern && <code>{JSON.stringify(job.trigger.pattern)}</code>],
        ['Concurrency policy', policyOf(job)],
        [
          'Starting deadline',
          job.startingDeadlineSeconds === undefined ? 'none' : `${job.startingDeadlineSeconds} s`,
        ],
        ['Last scheduled run', job.lastScheduleTime && <RelativeTime time={job.lastScheduleTime} />],
        ['Last success', job.lastSuccessfulTime && <RelativeTime time={job.lastSuccessfulTime} />],
        ['Last failure', job.lastFailureTime && <RelativeTime time={job.lastFailureTime} />],
        ['Expects a success within', job.expectWithin],
        ['Created', <RelativeTime key="created" time={job.createdAt} />],
        ...job.conditions.map(
          ({ type, message }) => [type === 'OnTime' ? 'On time' : type, message] as const,
        ),
      ]}
    />
  </Card>
);

type HistoryProps = JobViewProps & {
  readonly history: Parameters<typeof More>[0]['of'];
  readonly tasks: readonly Task[];
};

const isActiveBackfill = ({ backfill, state }: Task): boolean =>
  backfill === true && (state === 'pending' || state === 'running');

const History = ({ space, job, history, tasks }: HistoryProps) => (
  <Card
    title="History"
    flush
    aside={
      <>
        {tasks.some(isActiveBackfill) && <CancelBackfill space={space} job={job} />}
        <Sparkline outcomes={tasks.filter(({ backfill }) => backfill !== true)} space={space} />
      </>
    }
  >
    {tasks.length === 0 ? (
      <p class="none">No runs yet</p>
    ) : (
      <TaskTable space={space} tasks={tasks} label={`Tasks of ${job}`} own="job" />
    )}
    <More of={history} />
  </Card>
);
