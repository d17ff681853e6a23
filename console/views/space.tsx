import { Job, listOf, Task } from '../../cli/api/responses.ts';
import { usePaged } from '../api/use-paged.ts';
import { usePolled } from '../api/use-polled.ts';
import { RelativeTime } from '../components/clock.tsx';
import { Card, Empty, Loading, Page, ProblemAlert } from '../components/page.tsx';
import { StateIcon } from '../components/state.tsx';
import { TaskTable } from '../components/task-table.tsx';
import { statusOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { activeOf, failureRange, nextRunsOf, recentFailures } from '../summary.ts';

const Tasks = listOf(Task);

/** Number of rows of each section. */
const PAGE_SIZE = 8;

/** Overview of a space: active tasks, failures and next runs. */
export function SpaceView({ space }: { readonly space: string }) {
  const tasks = usePolled(Tasks, { path: [space, 'tasks'], query: { limit: '100' } });
  const running = usePolled(Tasks, {
    path: [space, 'tasks'],
    query: { state: 'running', limit: '100' },
  });
  const jobs = usePaged(Job, { path: [space, 'jobs'], query: { limit: '500' } }, { isFilled: true });
  const problem = tasks.problem ?? jobs.problem;
  const isNew = tasks.value?.items.length === 0 && jobs.items?.length === 0;
  return (
    <Page
      of={{ view: 'space', space }}
      actions={
        <>
          <a class="button" href={hrefOf({ view: 'push', space })}>
            Push an app
          </a>
          <a class="button" href={hrefOf({ view: 'create-job', space })}>
            Create a job
          </a>
        </>
      }
    >
      {problem !== undefined && <ProblemAlert problem={problem} />}
      {problem === undefined && (tasks.value === undefined || jobs.items === undefined) && <Loading />}
      {isNew && (
        <Empty title="This space is empty">
          <p>Push an app, then run a task on it or create a job.</p>
        </Empty>
      )}
      {tasks.value !== undefined && jobs.items !== undefined && !isNew && (
        <Overview
          space={space}
          tasks={tasks.value.items}
          hasOlder={tasks.value.cursor !== undefined}
          running={running.value?.items ?? []}
          jobs={jobs.items}
        />
      )}
    </Page>
  );
}

type OverviewProps = {
  readonly space: string;
  /** Newest tasks; `hasOlder`: true where there are more. */
  readonly tasks: readonly Task[];
  readonly hasOlder: boolean;
  /** Running tasks of any age. */
  readonly running: readonly Task[];
  readonly jobs: readonly Job[];
};

function Overview({ space, tasks, hasOlder, running, jobs }: OverviewProps) {
  const now = new Date();
  const active = activeOf(running, tasks);
  const failed = recentFailures(tasks, now);
  const failedTitle = `Failed ${failureRange(tasks, hasOlder, now)}`;
  const attention = jobs.filter((job) => statusOf(job).attention);
  return (
    <>
      <div class="overview">
        <Card title="Active now" flush aside={<All space={space} state="running" />}>
          <TasksOr
            space={space}
            tasks={active.slice(0, PAGE_SIZE)}
            label="Active now"
            none="No active tasks"
          />
        </Card>
        <NextRuns space={space} jobs={jobs} />
      </div>
      {attention.length > 0 && <Attention space={space} jobs={attention} />}
      <Card title={failedTitle} flush aside={<All space={space} state="failed" />}>
        <TasksOr space={space} tasks={failed.slice(0, PAGE_SIZE)} label={failedTitle} none="No failures" />
      </Card>
      <Card title="Newest tasks" flush aside={<All space={space} />}>
        <TasksOr space={space} tasks={tasks.slice(0, PAGE_SIZE)} label="Newest tasks" none="No tasks yet" />
      </Card>
    </>
  );
}

const All = ({ space, state }: { readonly space: string; readonly state?: string }) => (
  <a href={hrefOf({ view: 'tasks', space, filter: { state } })} aria-label={`All ${state ?? ''} tasks`}>
    All
  </a>
);

type TasksOrProps = {
  readonly space: string;
  readonly tasks: readonly Task[];
  readonly label: string;
  readonly none: string;
};

const TasksOr = ({ none, ...rest }: TasksOrProps) =>
  rest.tasks.length === 0 ? <p class="none">{none}</p> : <TaskTable {...rest} />;

function NextRuns({ space, jobs }: Pick<OverviewProps, 'space' | 'jobs'>) {
  const next = nextRunsOf(jobs, PAGE_SIZE);
  return (
    <Card title="Next runs" flush aside={<a href={hrefOf({ view: 'jobs', space })}>All jobs</a>}>
      {next.length === 0 && <p class="none">No scheduled runs</p>}
      {next.length > 0 && (
        <ul class="rows">
          {next.map(({ job, time }) => (
            <li key={job}>
              <a href={hrefOf({ view: 'job', space, job })}>{job}</a>
              <span class="muted number">
                <RelativeTime time={time} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

const Attention = ({ space, jobs }: Pick<OverviewProps, 'space' | 'jobs'>) => (
  <Card title="Jobs that need attention" flush>
    <ul class="rows">
      {jobs.map((job) => (
        <li key={job.name}>
          <span>
            <StateIcon state="failed" />{' '}
            <a href={hrefOf({ view: 'job', space, job: job.name })}>{job.name}</a>
          </span>
          <span class="muted">{statusOf(job).messages.join(' ')}</span>
        </li>
      ))}
    </ul>
  </Card>
);
