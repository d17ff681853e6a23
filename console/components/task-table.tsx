import { clockTime } from '../../cli/api/relative-time.ts';
import type { Task } from '../../cli/api/responses.ts';
import { whyOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { Lasting, RelativeTime } from './clock.tsx';
import { Head } from './head.tsx';
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

/** What the third column tells of a task. */
const WHOSE = { none: 'App and job', app: 'Job', job: 'Run of' } as const;

/** Tasks, one a row: how it stands, what it ran, of whom, why it ended, when and how long. */
export const TaskTable = ({ space, tasks, label, own }: TaskTableProps) => {
  const shown = useGrowing(tasks);
  return (
    <table class="list tasks" aria-label={label}>
      <Head
        columns={[
          ['State'],
          ['Task'],
          [WHOSE[own ?? 'none'], 'wide'],
          ['Age', 'right'],
          ['Duration', 'right wide'],
        ]}
      />
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
      <td class="wide whose">
        <Whose space={space} task={task} own={own} />
      </td>
      <td class="right number">
        <RelativeTime time={task.createdAt} />
      </td>
      <td class="right wide">
        <Lasting of={task} />
      </td>
    </tr>
  );
}

/** Of which app and job a task is; of which occurrence, where both go without saying. */
function Whose({ space, task, own }: TaskRowProps) {
  if (own === 'job') {
    if (task.scheduledTime === undefined) return <span class="muted">Manual</span>;
    return <span class="number">{clockTime(task.scheduledTime, undefined)}</span>;
  }
  return (
    <>
      {own === undefined && <a href={hrefOf({ view: 'app', space, app: task.app })}>{task.app}</a>}
      {task.job !== undefined && (
        <a class={own === undefined ? 'sub' : ''} href={hrefOf({ view: 'job', space, job: task.job })}>
          {task.job}
        </a>
      )}
    </>
  );
}
