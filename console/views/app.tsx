import { useState } from 'preact/hooks';
import { App, Job, Task } from '../../cli/api/responses.ts';
import { scheduleText } from '../../cli/api/schedule-text.ts';
import { useApi } from '../api/context.ts';
import { usePaged } from '../api/use-paged.ts';
import { usePolled } from '../api/use-polled.ts';
import { Confirm } from '../components/dialog.tsx';
import { Inherited } from '../components/facts.tsx';
import { More } from '../components/more.tsx';
import { toast } from '../components/notice.tsx';
import { Card, Loading, Page, ProblemAlert } from '../components/page.tsx';
import { TaskTable } from '../components/task-table.tsx';
import { triggerOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { RunDialog } from './run-dialog.tsx';

type AppViewProps = { readonly space: string; readonly app: string };

/** View of an app: its settings, jobs and tasks. */
export function AppView({ space, app: name }: AppViewProps) {
  const app = usePolled(App, { path: [space, 'apps', name] });
  const [open, setOpen] = useState<'run' | 'delete'>();
  const close = (): void => setOpen(undefined);
  return (
    <Page
      of={{ view: 'app', space, app: name }}
      actions={
        app.value !== undefined && (
          <>
            <button type="button" class="primary" onClick={() => setOpen('run')}>
              Run a task
            </button>
            <a class="button" href={hrefOf({ view: 'create-job', space, app: name })}>
              Create a job
            </a>
            <a class="button" href={hrefOf({ view: 'push', space, app: name })}>
              Edit
            </a>
            <button type="button" class="danger" onClick={() => setOpen('delete')}>
              Delete
            </button>
          </>
        )
      }
    >
      {app.problem !== undefined && <ProblemAlert problem={app.problem} />}
      {app.value === undefined && app.problem === undefined && <Loading />}
      {app.value !== undefined && <Details space={space} app={app.value} />}
      {open === 'run' && (
        <RunDialog
          path={[space, 'apps', name, 'tasks']}
          space={space}
          of={name}
          onClose={close}
          inherits={{ ...app.value, timeout: app.value?.taskTimeout }}
        />
      )}
      {open === 'delete' && <DeleteApp space={space} app={name} onClose={close} />}
    </Page>
  );
}

function Details({ space, app }: { readonly space: string; readonly app: App }) {
  const tasks = usePaged(Task, { path: [space, 'tasks'], query: { app: app.name, limit: '50' } });
  const jobs = usePaged(Job, { path: [space, 'jobs'], query: { app: app.name, limit: '100' } });
  return (
    <>
      {app.problems?.map(({ field, message }) => (
        <div key={field} class="problem" role="alert">
          <strong>Invalid app: no tasks can run</strong>
          <p>
            <code>{field}</code>: {message}
          </p>
        </div>
      ))}
      {app.warnings.map(({ field, message }) => (
        <div key={field} class="warning" role="status">
          <p>
            <code>{field}</code>: {message}
          </p>
        </div>
      ))}
      <div class="overview">
        <Card title="Task settings">
          <Inherited app={app} />
        </Card>
        <Card title="Jobs" flush>
          {jobs.items?.length === 0 && <p class="none">No jobs</p>}
          <ul class="rows">
            {jobs.items?.map((job) => (
              <li key={job.name}>
                <a href={hrefOf({ view: 'job', space, job: job.name })}>{job.name}</a>
                <span class="muted">
                  {job.schedule?.description ??
                    (job.schedule && scheduleText(job.schedule)) ??
                    triggerOf(job) ??
                    'On demand'}
                </span>
              </li>
            ))}
          </ul>
          <More of={jobs} />
        </Card>
      </div>
      <Card title="Tasks" flush>
        {tasks.items?.length === 0 && <p class="none">No tasks yet</p>}
        {tasks.items !== undefined && tasks.items.length > 0 && (
          <TaskTable space={space} tasks={tasks.items} label={`Tasks of ${app.name}`} own="app" />
        )}
        <More of={tasks} />
      </Card>
    </>
  );
}

function DeleteApp({ space, app, onClose }: AppViewProps & { readonly onClose: () => void }) {
  const api = useApi();
  const act = async (): Promise<void> => {
    await api.send({ method: 'DELETE', path: [space, 'apps', app] });
    toast(`App ${app} is deleted.`);
    location.hash = hrefOf({ view: 'apps', space });
  };
  return (
    <Confirm title={`Delete app ${app}?`} verb="Delete app" name={app} act={act} onClose={onClose}>
      <p>
        This also deletes its jobs and all its tasks with their logs, running tasks included. It can’t be
        undone.
      </p>
    </Confirm>
  );
}
