import { useState } from 'preact/hooks';
import { Job } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { usePaged } from '../api/use-paged.ts';
import { Confirm } from '../components/dialog.tsx';
import { More } from '../components/more.tsx';
import { toast } from '../components/notice.tsx';
import { Card, Empty, Loading, Page, ProblemAlert } from '../components/page.tsx';
import { RUNS_SHOWN } from '../components/sparkline.tsx';
import { isAutomatic } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { JobTable } from './job-table.tsx';

const PAUSES = { first: 5_000, longest: 20_000 };

/** List of jobs by name. Makes one request, which includes the outcomes. */
export function JobsView({ space }: { readonly space: string }) {
  const query = { limit: '100', outcomes: String(RUNS_SHOWN) };
  const jobs = usePaged(Job, { path: [space, 'jobs'], query }, { pauses: PAUSES });
  const create = (
    <a class="button primary" href={hrefOf({ view: 'create-job', space })}>
      Create a job
    </a>
  );
  return (
    <Page
      of={{ view: 'jobs', space }}
      actions={
        <>
          <SuspendAll space={space} jobs={jobs.items ?? []} refresh={jobs.refresh} />
          {create}
        </>
      }
    >
      {jobs.problem !== undefined && <ProblemAlert problem={jobs.problem} />}
      {jobs.items === undefined && jobs.problem === undefined && <Loading />}
      {jobs.items?.length === 0 && (
        <Empty title="No jobs yet">
          <p>A job runs a task repeatedly: on a schedule, on events, or on demand.</p>
          {create}
        </Empty>
      )}
      {jobs.items !== undefined && jobs.items.length > 0 && (
        <Card flush>
          <JobTable space={space} jobs={jobs.items} />
          <More of={jobs} />
        </Card>
      )}
    </Page>
  );
}

type SuspendProps = { readonly space: string; readonly jobs: readonly Job[]; readonly refresh: () => void };

/** Buttons that suspend or resume all schedules and triggers of the space. */
function SuspendAll({ space, jobs, refresh }: SuspendProps) {
  const api = useApi();
  const [confirms, setConfirms] = useState<'suspend' | 'resume'>();
  const act = (method: 'PUT' | 'DELETE', done: string) => async (): Promise<void> => {
    await api.send({ method, path: [space, 'suspended'] });
    toast(done);
    refresh();
  };
  const close = (): void => setConfirms(undefined);
  return (
    <>
      {jobs.some((job) => isAutomatic(job) && job.suspend !== true) && (
        <button type="button" onClick={() => setConfirms('suspend')}>
          Suspend all
        </button>
      )}
      {jobs.some(({ suspend }) => suspend === true) && (
        <button type="button" onClick={() => setConfirms('resume')}>
          Resume all
        </button>
      )}
      {confirms === 'suspend' && (
        <Confirm
          title={`Suspend all jobs of ${space}?`}
          verb="Suspend all jobs"
          act={act('PUT', `All jobs of ${space} are suspended.`)}
          onClose={close}
        >
          <p>
            Schedules and events start no tasks in this space until you resume it. Running tasks are not
            affected.
          </p>
        </Confirm>
      )}
      {confirms === 'resume' && (
        <Confirm
          title={`Resume all jobs of ${space}?`}
          verb="Resume all jobs"
          danger={false}
          act={act('DELETE', `All jobs of ${space} are resumed.`)}
          onClose={close}
        >
          <p>Their schedules continue from now on, including those of jobs that were suspended one by one.</p>
        </Confirm>
      )}
    </>
  );
}
