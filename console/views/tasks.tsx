import { App, Job, State, Task } from '../../cli/api/responses.ts';
import { usePaged } from '../api/use-paged.ts';
import { Choice } from '../components/field.tsx';
import { More } from '../components/more.tsx';
import { Card, Empty, Loading, Page, ProblemAlert } from '../components/page.tsx';
import { TaskTable } from '../components/task-table.tsx';
import { STATE_LABELS } from '../labels.ts';
import { hrefOf, type TaskFilter } from '../routes.ts';

type TasksProps = { readonly space: string; readonly filter: TaskFilter };

/** Default number of tasks to poll. Older ones are loaded on request. */
const DEFAULT_LIMIT = '100';

/** Poll intervals of a longer list, which costs more to refresh. */
const LONG = { first: 10_000, longest: 30_000 };

/** List of the tasks of a space, newest first. The filter is in the URL. */
export function TasksView({ space, filter }: TasksProps) {
  const { app, job, state, limit = DEFAULT_LIMIT } = filter;
  const query = { app, job, state, limit };
  const pauses = limit === DEFAULT_LIMIT ? undefined : LONG;
  const tasks = usePaged(Task, { path: [space, 'tasks'], query }, { pauses });
  const filtered = app !== undefined || job !== undefined || state !== undefined;
  return (
    <Page of={{ view: 'tasks', space, filter }}>
      <Filters space={space} filter={filter} />
      {tasks.problem !== undefined && <ProblemAlert problem={tasks.problem} />}
      {tasks.items === undefined && tasks.problem === undefined && <Loading />}
      {tasks.items?.length === 0 && !tasks.more && <NoTasks space={space} filtered={filtered} />}
      {tasks.items !== undefined && (tasks.items.length > 0 || tasks.more) && (
        <Card flush>
          <TaskTable space={space} tasks={tasks.items} label="Tasks" />
          <More of={tasks} />
        </Card>
      )}
    </Page>
  );
}

const NoTasks = ({ space, filtered }: { readonly space: string; readonly filtered: boolean }) => (
  <Empty title={filtered ? 'No matching tasks' : 'No tasks yet'}>
    {filtered ? (
      <a href={hrefOf({ view: 'tasks', space, filter: {} })}>Show all tasks</a>
    ) : (
      <p>
        Open an <a href={hrefOf({ view: 'apps', space })}>app</a> and run one.
      </p>
    )}
  </Empty>
);

function Filters({ space, filter }: TasksProps) {
  const options = { pauses: { first: 30_000, longest: 60_000 }, isFilled: true };
  const apps = usePaged(App, { path: [space, 'apps'], query: { limit: '500' } }, options);
  const jobs = usePaged(Job, { path: [space, 'jobs'], query: { limit: '500', app: filter.app } }, options);
  const change = (part: TaskFilter): void => {
    location.hash = hrefOf({ view: 'tasks', space, filter: { ...filter, ...part } });
  };
  return (
    <search class="filters">
      <Choice
        label="App"
        value={filter.app ?? ''}
        onValue={(app) => change({ app, job: undefined })}
        choices={[['', 'All apps'], ...namesOf(apps.items, filter.app)]}
      />
      <Choice
        label="Job"
        value={filter.job ?? ''}
        onValue={(job) => change({ job })}
        choices={[['', 'All jobs'], ...namesOf(jobs.items, filter.job)]}
      />
      <Choice
        label="State"
        value={filter.state ?? ''}
        onValue={(state) => change({ state })}
        choices={[['', 'All states'], ...State.options.map((state) => [state, STATE_LABELS[state]] as const)]}
      />
    </search>
  );
}

/** Options of a filter. Includes the selected name before the list is loaded, and after it was deleted. */
function namesOf(
  items: readonly { readonly name: string }[] | undefined,
  selected: string | undefined,
): readonly (readonly [string, string])[] {
  const names = new Set([
    ...(items ?? []).map(({ name }) => name),
    ...(selected === undefined ? [] : [selected]),
  ]);
  return [...names].toSorted().map((name) => [name, name] as const);
}
