import { useState } from 'preact/hooks';
import { CancelledBackfill } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { Confirm } from '../components/dialog.tsx';
import { toast } from '../components/notice.tsx';

type CancelProps = { readonly space: string; readonly job: string };

/** Button that cancels the backfills of a job, after a confirmation. */
export function CancelBackfill({ space, job }: CancelProps) {
  const api = useApi();
  const [open, setOpen] = useState(false);
  const act = async (): Promise<void> => {
    const path = [space, 'jobs', job, 'backfill'];
    let cancelled = 0;
    for (let left = true; left; ) {
      const { value } = await api.request(CancelledBackfill, { method: 'DELETE', path });
      cancelled += value.cancelled;
      left = value.cancelled > 0 && value.remaining > 0;
    }
    toast(`Backfill of ${job} is cancelled. Tasks: ${cancelled}.`);
  };
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Cancel backfill
      </button>
      {open && (
        <Confirm
          title={`Cancel the backfill of ${job}?`}
          verb="Cancel tasks"
          act={act}
          onClose={() => setOpen(false)}
        >
          <p>Running tasks are terminated. Those that have not started are deleted.</p>
        </Confirm>
      )}
    </>
  );
}
