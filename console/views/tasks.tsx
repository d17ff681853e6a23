import { App, Job, State, Task } from '../../cli/api/responses.ts';
import { usePaged } from '../api/use-paged.ts';
import { Choice } from '../components/field.tsx';
import { More } from '../components/more.tsx';
import { Card, Empty, Loading, Page, Refused } from '../components/page.tsx';
import { TaskTable } from '../components/task-table.tsx';
import { STATE_WORDS } from '../labels.ts';
import { hrefOf, type TaskFilter } from '../routes.ts';

type TasksProps = { readonly space: string; readonly filter: TaskFilter };

/** Tasks that are kept fresh, unless the address says how many; older ones are read when they are asked for. */
const SHOWN = '100';

/** A longer list costs more to keep fresh. */
const LONG = { first: 10_000, longest: 30_000 };

/** The tasks of a space, the newest first; the filter is in the address. */
export function TasksView({ space, filter }: TasksProps) {
  const { app, job, state, limit = SHOWN } = filter;
  const query = { app, job, state, limit };
  const tasks = usePaged(Task, { path: [space, 'tasks'], query }, limit === SHOWN ? undefined : LONG);
  const filtered = app !== undefined || job !== undefined || state !== undefined;
  return (
    <Page of={{ view: 'tasks', space, filter }}>
      <Filters space={space} filter={filter} />
      {tasks.problem !== undefined && <Refused problem={tasks.problem} />}
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
  <Empty title={filtered ? 'No task is like this' : 'No task yet'}>
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
  const seldom = { first: 30_000, longest: 60_000 };
  const apps = usePaged(App, { path: [space, 'apps'], query: { limit: '500' } }, seldom);
  const jobs = usePaged(Job, { path: [space, 'jobs'], query: { limit: '500', app: filter.app } }, seldom);
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
        choices={[['', 'All states'], ...State.options.map((state) => [state, STATE_WORDS[state]] as const)]}
      />
    </search>
  );
}

/** The one that is chosen is there before the list has come, and after it was deleted. */
function namesOf(
  items: readonly { readonly name: string }[] | undefined,
  chosen: string | undefined,
): readonly (readonly [string, string])[] {
  const names = new Set([
    ...(items ?? []).map(({ name }) => name),
    ...(chosen === undefined ? [] : [chosen]),
  ]);
  return [...names].toSorted().map((name) => [name, name] as const);
}
