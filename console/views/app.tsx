import { useState } from 'preact/hooks';
import { App, Job, Task } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { usePaged } from '../api/use-paged.ts';
import { usePolled } from '../api/use-polled.ts';
import { Confirm } from '../components/dialog.tsx';
import { Inherited } from '../components/facts.tsx';
import { More } from '../components/more.tsx';
import { toast } from '../components/notice.tsx';
import { Card, Loading, Page, Refused } from '../components/page.tsx';
import { TaskTable } from '../components/task-table.tsx';
import { triggerOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { RunDialog } from './run-dialog.tsx';

type AppViewProps = { readonly space: string; readonly app: string };

/** An app: what its tasks inherit, its jobs and its tasks. */
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
              Change
            </a>
            <button type="button" class="danger" onClick={() => setOpen('delete')}>
              Delete
            </button>
          </>
        )
      }
    >
      {app.problem !== undefined && <Refused problem={app.problem} />}
      {app.value === undefined && app.problem === undefined && <Loading />}
      {app.value !== undefined && <Parts space={space} app={app.value} />}
      {open === 'run' && (
        <RunDialog
          path={[space, 'apps', name, 'tasks']}
          space={space}
          of={name}
          onClose={close}
          inherits={app.value ?? {}}
        />
      )}
      {open === 'delete' && <DeleteApp space={space} app={name} onClose={close} />}
    </Page>
  );
}

function Parts({ space, app }: { readonly space: string; readonly app: App }) {
  const tasks = usePaged(Task, { path: [space, 'tasks'], query: { app: app.name, limit: '50' } });
  const jobs = usePaged(Job, { path: [space, 'jobs'], query: { app: app.name, limit: '100' } });
  return (
    <>
      {app.problems?.map(({ field, message }) => (
        <div key={field} class="refusal" role="alert">
          <strong>No task can run on it as it stands</strong>
          <p>
            <code>{field}</code>: {message}
          </p>
        </div>
      ))}
      <div class="overview">
        <Card title="What its tasks inherit">
          <Inherited app={app} />
        </Card>
        <Card title="Jobs" flush>
          {jobs.items?.length === 0 && <p class="none">No job of this app.</p>}
          <ul class="rows">
            {jobs.items?.map((job) => (
              <li key={job.name}>
                <a href={hrefOf({ view: 'job', space, job: job.name })}>{job.name}</a>
                <span class="muted">{job.schedule?.description ?? triggerOf(job) ?? 'On demand'}</span>
              </li>
            ))}
          </ul>
          <More of={jobs} />
        </Card>
      </div>
      <Card title="Tasks" flush>
        {tasks.items?.length === 0 && <p class="none">No task yet.</p>}
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
    await api.tell({ method: 'DELETE', path: [space, 'apps', app] });
    toast(`App ${app} is deleted.`);
    location.hash = hrefOf({ view: 'apps', space });
  };
  return (
    <Confirm title={`Delete app ${app}?`} verb="Delete the app" name={app} act={act} onClose={onClose}>
      <p>Its jobs and all its tasks go with it, those that run too, with their logs. This can’t be undone.</p>
    </Confirm>
  );
}
