import type { Task } from '../../client/answers.ts';
import { hrefOf } from '../routes.ts';
import { whyOf } from '../words.ts';
import { Ago, Lasting } from './clock.tsx';
import { StateBadge } from './state.tsx';
import { useGrowing } from './use-growing.ts';

type TaskTableProps = {
  readonly space: string;
  readonly tasks: readonly Task[];
  /** What the table is, for those who do not see where it stands. */
  readonly label: string;
  /** Whose tasks they are goes without saying. */
  readonly own?: 'app' | 'job' | undefined;
};

/** Tasks, one a row: how it stands, what it ran, of whom, why it ended, when and how long. */
export const TaskTable = ({ space, tasks, label, own }: TaskTableProps) => {
  const shown = useGrowing(tasks);
  return (
    <table class="list tasks" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Task</th>
          {own !== 'job' && (
            <th scope="col" class="wide">
              {own === 'app' ? 'Job' : 'App and job'}
            </th>
          )}
          <th scope="col" class="right">
            Age
          </th>
          <th scope="col" class="right wide">
            Duration
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((task) => (
          <TaskRow key={task.name} space={space} task={task} own={own} />
        ))}
      </tbody>
    </table>
  );
};

type TaskRowProps = Pick<TaskTableProps, 'space' | 'own'> & { readonly task: Task };

function TaskRow({ space, task, own }: TaskRowProps) {
  const why = whyOf(task);
  return (
    <tr>
      <td class="state">
        <StateBadge state={task.state} />
      </td>
      <td class="main">
        <a href={hrefOf({ view: 'task', space, task: task.name })}>{task.name}</a>
        {task.displayName !== undefined && <span class="muted"> {task.displayName}</span>}
        {why === undefined ? (
          <code class="command" title={task.command}>
            {task.command}
          </code>
        ) : (
          <span class={`why ${task.state}`}>{why}</span>
        )}
      </td>
      {own !== 'job' && (
        <td class="wide">
          {own !== 'app' && <a href={hrefOf({ view: 'app', space, app: task.app })}>{task.app}</a>}
          {task.job !== undefined && (
            <a class="sub" href={hrefOf({ view: 'job', space, job: task.job })}>
              {task.job}
            </a>
          )}
        </td>
      )}
      <td class="right number">
        <Ago time={task.createdAt} />
      </td>
      <td class="right wide">
        <Lasting of={task} />
      </td>
    </tr>
  );
}
