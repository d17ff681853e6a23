import { clockTime } from '../../cli/api/relative-time.ts';
import type { Task } from '../../cli/api/responses.ts';
import { reasonOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { Duration, RelativeTime } from './clock.tsx';
import { Head } from './head.tsx';
import { StateBadge } from './state.tsx';
import { useGrowing } from './use-growing.ts';

type TaskTableProps = {
  readonly space: string;
  readonly tasks: readonly Task[];
  /** Accessible name of the table. */
  readonly label: string;
  /** Common owner of all tasks, which is not repeated in the rows. */
  readonly own?: 'app' | 'job' | undefined;
};

/** Titles of the third column. */
const OWNER_TITLES = { none: 'App and job', app: 'Job', job: 'Scheduled for' } as const;

/** Table of tasks: state, name, command or reason, owner, age and duration. */
export const TaskTable = ({ space, tasks, label, own }: TaskTableProps) => {
  const shown = useGrowing(tasks);
  return (
    <table class="list tasks" aria-label={label}>
      <Head
        columns={[
          ['State'],
          ['Task'],
          [OWNER_TITLES[own ?? 'none'], 'wide'],
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
  const reason = reasonOf(task);
  return (
    <tr>
      <td class="state">
        <StateBadge state={task.state} />
      </td>
      <td class="main">
        <a href={hrefOf({ view: 'task', space, task: task.name })}>{task.name}</a>
        {task.displayName !== undefined && <span class="muted"> {task.displayName}</span>}
        {task.unverified === true && <span class="muted"> (unverified)</span>}
        {reason === undefined ? (
          <code class="command" title={task.command}>
            {task.command}
          </code>
        ) : (
          <span class={`reason ${task.state}`}>{reason}</span>
        )}
      </td>
      <td class="wide owner">
        <Owner space={space} task={task} own={own} />
      </td>
      <td class="right number">
        <RelativeTime time={task.createdAt} />
      </td>
      <td class="right wide">
        <Duration of={task} />
      </td>
    </tr>
  );
}

/** App and job of a task, without the common owner; in a job's own list the scheduled time. */
function Owner({ space, task, own }: TaskRowProps) {
  if (own === 'job') {
    if (task.scheduledTime === undefined) return <span class="muted">Manual</span>;
    return (
      <>
        <span class="number">{clockTime(task.scheduledTime, undefined)}</span>
        {task.backfill === true && <span class="muted"> Backfill</span>}
      </>
    );
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
