import { useState } from 'preact/hooks';
import type { Job } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { Problem } from '../api/problem.ts';
import { useAction } from '../components/action.tsx';
import { Confirm } from '../components/dialog.tsx';
import { toast } from '../components/notice.tsx';
import { isAutomatic } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { BackfillDialog } from './backfill-dialog.tsx';
import { EditJob } from './edit-job.tsx';
import { RunDialog } from './run-dialog.tsx';

type ActionsProps = {
  readonly space: string;
  readonly job: Job;
  readonly refresh: () => void;
  readonly onEdit: () => void;
};

/** Placeholders for resources that the job inherits from its app. */
const OF_APP = { memory: 'From the app', disk: 'From the app', cpu: 'From the app' };

/** Buttons for the actions on a job. */
export function JobActions({ space, job, refresh, onEdit }: ActionsProps) {
  const [open, setOpen] = useState<'run' | 'backfill' | 'edit' | 'delete'>();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <button type="button" class="primary" onClick={() => setOpen('run')}>
        Run now
      </button>
      {job.schedule !== undefined && (
        <button type="button" onClick={() => setOpen('backfill')}>
          Backfill
        </button>
      )}
      <button type="button" onClick={() => setOpen('edit')}>
        Edit
      </button>
      <button type="button" onClick={onEdit}>
        {job.schedule === undefined ? 'Schedule' : 'Edit schedule'}
      </button>
      {isAutomatic(job) && <Suspend space={space} job={job} refresh={refresh} />}
      <button type="button" class="danger" onClick={() => setOpen('delete')}>
        Delete
      </button>
      {open === 'run' && (
        <RunDialog
          space={space}
          path={[space, 'jobs', job.name, 'run']}
          of={job.name}
          inherits={{
            command: job.command ?? 'The app’s start command',
            resources: { ...OF_APP, ...job.resources },
            timeout: job.timeout,
          }}
          onClose={close}
        />
      )}
      {open === 'backfill' && <BackfillDialog space={space} job={job} refresh={refresh} onClose={close} />}
      {open === 'edit' && <EditJob space={space} job={job} refresh={refresh} onClose={close} />}
      {open === 'delete' && <DeleteJob space={space} job={job.name} onClose={close} />}
    </>
  );
}

/** Button that suspends or resumes a job. Needs no confirmation, as it is easily undone. */
function Suspend({ space, job, refresh }: Omit<ActionsProps, 'onEdit'>) {
  const api = useApi();
  const suspended = job.suspend === true;
  const action = useAction(async () => {
    await api.send({ method: suspended ? 'DELETE' : 'PUT', path: [space, 'jobs', job.name, 'suspended'] });
    toast(`Job ${job.name} is ${suspended ? 'resumed' : 'suspended'}.`);
    refresh();
  });
  return (
    <>
      <button type="button" onClick={action.run} disabled={action.busy}>
        {suspended ? 'Resume' : 'Suspend'}
      </button>
      {action.failure !== undefined && (
        <span class="error" role="alert">
          {action.failure instanceof Problem && `${action.failure.title}: `}
          {action.failure.message}
        </span>
      )}
    </>
  );
}

type DeleteProps = { readonly space: string; readonly job: string; readonly onClose: () => void };

function DeleteJob({ space, job, onClose }: DeleteProps) {
  const api = useApi();
  const act = async (): Promise<void> => {
    await api.send({ method: 'DELETE', path: [space, 'jobs', job] });
    toast(`Job ${job} is deleted.`);
    location.hash = hrefOf({ view: 'jobs', space });
  };
  return (
    <Confirm title={`Delete job ${job}?`} verb="Delete job" act={act} onClose={onClose}>
      <p>
        This also deletes its schedule, its trigger and all its tasks with their logs, running tasks included.
        It can’t be undone.
      </p>
    </Confirm>
  );
}
