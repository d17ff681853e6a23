import { useState } from 'preact/hooks';
import { Job } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { usePaged } from '../api/use-paged.ts';
import { Confirm } from '../components/dialog.tsx';
import { More } from '../components/more.tsx';
import { toast } from '../components/notice.tsx';
import { Card, Empty, Loading, Page, Refused } from '../components/page.tsx';
import { STRIP } from '../components/sparkline.tsx';
import { startsByItself } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { JobTable } from './job-table.tsx';

const PAUSES = { first: 5_000, longest: 20_000 };

/** The jobs of a space by name. One request, with the outcomes of all of them. */
export function JobsView({ space }: { readonly space: string }) {
  const query = { limit: '100', outcomes: String(STRIP) };
  const jobs = usePaged(Job, { path: [space, 'jobs'], query }, PAUSES);
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
      {jobs.problem !== undefined && <Refused problem={jobs.problem} />}
      {jobs.items === undefined && jobs.problem === undefined && <Loading />}
      {jobs.items?.length === 0 && (
        <Empty title="No job yet">
          <p>A job is a task to run again and again: on a schedule, or when it is asked to.</p>
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

/** Lets every schedule and trigger of the space stand still, and go on. */
function SuspendAll({ space, jobs, refresh }: SuspendProps) {
  const api = useApi();
  const [asks, setAsks] = useState<'suspend' | 'resume'>();
  const act = (method: 'PUT' | 'DELETE', done: string) => async (): Promise<void> => {
    await api.tell({ method, path: [space, 'suspended'] });
    toast(done);
    refresh();
  };
  const close = (): void => setAsks(undefined);
  return (
    <>
      {jobs.some((job) => startsByItself(job) && job.suspend !== true) && (
        <button type="button" onClick={() => setAsks('suspend')}>
          Suspend all
        </button>
      )}
      {jobs.some(({ suspend }) => suspend === true) && (
        <button type="button" onClick={() => setAsks('resume')}>
          Resume all
        </button>
      )}
      {asks === 'suspend' && (
        <Confirm
          title={`Suspend all jobs of ${space}?`}
          verb="Suspend them"
          keep="Let them run"
          act={act('PUT', `All jobs of ${space} are suspended.`)}
          onClose={close}
        >
          <p>
            No schedule and no event starts a task of this space until it is resumed. Tasks that run go on.
          </p>
        </Confirm>
      )}
      {asks === 'resume' && (
        <Confirm
          title={`Resume all jobs of ${space}?`}
          verb="Resume them"
          keep="Leave them"
          danger={false}
          act={act('DELETE', `All jobs of ${space} are resumed.`)}
          onClose={close}
        >
          <p>Their schedules begin anew now, those too that were suspended one by one.</p>
        </Confirm>
      )}
    </>
  );
}
