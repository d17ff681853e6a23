import { useState } from 'preact/hooks';
import { exitCodeText } from '../../cli/api/exit-code.ts';
import { overridesText } from '../../cli/api/overrides-text.ts';
import { App, isFinished, Task } from '../../cli/api/responses.ts';
import { WATCHED } from '../api/backoff.ts';
import { useApi } from '../api/context.ts';
import { usePolled } from '../api/use-polled.ts';
import { Duration, RelativeTime } from '../components/clock.tsx';
import { Confirm } from '../components/dialog.tsx';
import { Facts, Inherited } from '../components/facts.tsx';
import { Log } from '../components/log.tsx';
import { toast } from '../components/notice.tsx';
import { Card, Loading, Page, ProblemAlert } from '../components/page.tsx';
import { StateBadge } from '../components/state.tsx';
import { reasonOf, STATE_LABELS } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { RunDialog } from './run-dialog.tsx';

type TaskViewProps = { readonly space: string; readonly task: string };

/** View of a task: its state, command, times, log, and the settings of its app. */
export function TaskView({ space, task: name }: TaskViewProps) {
  const task = usePolled(
    Task,
    { path: [space, 'tasks', name] },
    { pauses: WATCHED, isFinal: ({ state }) => isFinished(state) },
  );
  const { value } = task;
  return (
    <Page
      of={{ view: 'task', space, task: name }}
      aside={
        <span role="status" aria-label={value && `${name}: ${STATE_LABELS[value.state]}`}>
          {value !== undefined && <StateBadge state={value.state} />}
        </span>
      }
      actions={value !== undefined && <Actions space={space} task={value} refresh={task.refresh} />}
    >
      {task.problem !== undefined && <ProblemAlert problem={task.problem} />}
      {value === undefined && task.problem === undefined && <Loading />}
      {value !== undefined && <TaskDetails space={space} task={value} />}
    </Page>
  );
}

type DetailsProps = { readonly space: string; readonly task: Task };

function TaskDetails({ space, task }: DetailsProps) {
  const reason = reasonOf(task);
  return (
    <>
      {reason !== undefined && task.state !== 'cancelled' && (
        <div class={`verdict ${task.state}`}>
          <p>{reason}</p>
          {task.message !== undefined && task.reason !== 'Error' && <p class="muted">{task.message}</p>}
        </div>
      )}
      <Card>
        <pre class="command-block">{task.command}</pre>
        <TaskFacts space={space} task={task} />
      </Card>
      <Log space={space} task={task.name} pending={task.state === 'pending'} />
      <AppSettings space={space} app={task.app} />
    </>
  );
}

const TaskFacts = ({ space, task }: DetailsProps) => (
  <Facts
    of={[
      [
        'App',
        <a key="app" href={hrefOf({ view: 'app', space, app: task.app })}>
          {task.app}
        </a>,
      ],
      ['Job', task.job && <a href={hrefOf({ view: 'job', space, job: task.job })}>{task.job}</a>],
      ['Display name', task.displayName],
      ['Given for this run', overridesText(task.overrides)],
      ['Exit code', task.exitCode === undefined ? undefined : exitCodeText(task.exitCode)],
      ['Reason', task.reason],
      ['Scheduled for', task.scheduledTime && <RelativeTime time={task.scheduledTime} />],
      ['Started by', task.backfill === true ? 'Backfill' : undefined],
      ['Requested', <RelativeTime key="created" time={task.createdAt} />],
      ['Started', task.startedAt && <RelativeTime time={task.startedAt} />],
      ['Ended', task.finishedAt && <RelativeTime time={task.finishedAt} />],
      ['Duration', task.startedAt && <Duration of={task} />],
      ['Trace', task.traceparent && <code>{task.traceparent}</code>],
      ['Requested by', <Requester key="requester" task={task} />],
    ]}
  />
);

/** Caller of a task, with a mark where its run was not created by Taskbridge. */
const Requester = ({ task: { requestedBy = 'unknown', unverified } }: { readonly task: Task }) => (
  <>
    <code>{requestedBy}</code>
    {unverified === true && (
      <span
        class="muted"
        title="Taskbridge did not start this task: who requested it, its command and its times are not checked."
      >
        {' '}
        unverified
      </span>
    )}
  </>
);

/** Current settings of the task's app, which may have changed since the task started. */
function AppSettings({ space, app: name }: { readonly space: string; readonly app: string }) {
  const app = usePolled(App, { path: [space, 'apps', name] }, { pauses: { first: 60_000, longest: 60_000 } });
  if (app.value === undefined) return null;
  return (
    <Card title={`Current settings of app ${name}`}>
      <Inherited app={app.value} />
    </Card>
  );
}

type ActionsProps = DetailsProps & { readonly refresh: () => void };

function Actions({ space, task, refresh }: ActionsProps) {
  const [open, setOpen] = useState<'terminate' | 'again'>();
  const api = useApi();
  const close = (): void => setOpen(undefined);
  const terminate = async (): Promise<void> => {
    await api.send({ method: 'POST', path: [space, 'tasks', task.name, 'terminate'] });
    toast(`Task ${task.name} is being terminated.`);
    refresh();
  };
  return (
    <>
      <button type="button" onClick={() => setOpen('again')}>
        Run again
      </button>
      {!isFinished(task.state) && (
        <button type="button" class="danger" onClick={() => setOpen('terminate')}>
          Terminate
        </button>
      )}
      {open === 'again' && (
        <RunDialog
          space={space}
          path={[space, 'apps', task.app, 'tasks']}
          of={task.app}
          inherits={{}}
          initial={{ command: task.command, name: task.displayName }}
          onClose={close}
        />
      )}
      {open === 'terminate' && (
        <Confirm title={`Terminate ${task.name}?`} verb="Terminate task" act={terminate} onClose={close}>
          <p>
            This stops the command and deletes the pod with its disk. The part of the log on this page
            remains.
          </p>
        </Confirm>
      )}
    </>
  );
}
