import { useState } from 'preact/hooks';
import { clockTime } from '../../cli/api/relative-time.ts';
import { Job } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { messageFor, useAction } from '../components/action.tsx';
import { RelativeTime } from '../components/clock.tsx';
import { Confirm } from '../components/dialog.tsx';
import { Facts } from '../components/facts.tsx';
import { Form } from '../components/form.tsx';
import { toast } from '../components/notice.tsx';
import { Card } from '../components/page.tsx';
import { ScheduleFields } from '../components/schedule-fields.tsx';
import { policyBody, policyDraftOf, type ScheduleDraft, scheduleBody } from '../drafts.ts';
import { DRIVERS, INVALID_SCHEDULE } from '../labels.ts';
import { localZone } from '../time.ts';
import { POLICY_FIELDS, PolicyFields } from './policy-fields.tsx';

type ScheduleProps = {
  readonly space: string;
  readonly job: Job;
  readonly edits: boolean;
  readonly onEdits: (edits: boolean) => void;
  readonly refresh: () => void;
};

/** Schedule of a job, and the form that edits it. */
export function JobSchedule(props: ScheduleProps) {
  const { job, edits, onEdits } = props;
  const [confirms, setConfirms] = useState(false);
  return (
    <Card
      title="Schedule"
      aside={
        job.schedule !== undefined &&
        !edits && (
          <button type="button" class="quiet" onClick={() => setConfirms(true)}>
            Remove
          </button>
        )
      }
    >
      {edits ? <Editor {...props} /> : <Summary job={job} onEdit={() => onEdits(true)} />}
      {confirms && <RemoveSchedule {...props} onClose={() => setConfirms(false)} />}
    </Card>
  );
}

function Summary({ job: { schedule, suspend }, onEdit }: { readonly job: Job; readonly onEdit: () => void }) {
  if (schedule === undefined) {
    return (
      <p class="muted">
        Runs on demand only.{' '}
        <button type="button" class="quiet" onClick={onEdit}>
          Add a schedule
        </button>
      </p>
    );
  }
  const local = localZone();
  return (
    <>
      <p class="words">{schedule.description ?? INVALID_SCHEDULE}</p>
      <Facts
        of={[
          [
            schedule.cron === undefined ? 'Time' : 'Cron',
            <span key="cron" class="mono">
              {schedule.cron ?? schedule.at}
            </span>,
          ],
          ['Time zone', schedule.timeZone],
          ['Driver', schedule.driver === undefined ? undefined : DRIVERS[schedule.driver]],
          ['Since', schedule.since && <RelativeTime time={schedule.since} />],
        ]}
      />
      {suspend === true && <p class="muted">Suspended until it is resumed.</p>}
      {schedule.nextRuns.length > 0 && (
        <ol class="next-runs" aria-label="Next runs">
          {schedule.nextRuns.map((time) => (
            <li key={time}>
              <span class="number">{clockTime(time, schedule.timeZone)}</span>
              <span class="muted number">
                {local !== schedule.timeZone && `${clockTime(time, undefined)} local time, `}
                <RelativeTime time={time} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

const FIELDS = ['cron', 'at', 'timeZone', ...POLICY_FIELDS];

const draftOf = ({ schedule, ...policies }: Job): ScheduleDraft => ({
  cron: schedule?.cron ?? '',
  at: schedule?.at ?? '',
  timeZone: schedule?.timeZone ?? 'UTC',
  ...policyDraftOf(policies),
});

function Editor({ space, job, onEdits, refresh }: ScheduleProps) {
  const api = useApi();
  const [draft, setDraft] = useState(() => draftOf(job));
  const action = useAction(async () => {
    const body = { ...scheduleBody(draft), ...policyBody(draft) };
    await api.request(Job, { method: 'PUT', path: [space, 'jobs', job.name, 'schedule'], body });
    toast(`Job ${job.name} is scheduled.`);
    refresh();
    onEdits(false);
  });
  return (
    <Form action={action} fields={FIELDS} verb="Save schedule" doing="Saving…" cancel={() => onEdits(false)}>
      <ScheduleFields
        value={draft}
        onValue={(schedule) => setDraft({ ...draft, ...schedule })}
        errors={{
          cron: messageFor(action.failure, 'cron'),
          at: messageFor(action.failure, 'at'),
          timeZone: messageFor(action.failure, 'timeZone'),
        }}
      />
      <PolicyFields
        value={draft}
        onValue={(policies) => setDraft({ ...draft, ...policies })}
        failure={action.failure}
      />
    </Form>
  );
}

function RemoveSchedule({ space, job, refresh, onClose }: ScheduleProps & { readonly onClose: () => void }) {
  const api = useApi();
  const act = async (): Promise<void> => {
    await api.send({ method: 'DELETE', path: [space, 'jobs', job.name, 'schedule'] });
    toast(`Job ${job.name} no longer has a schedule.`);
    refresh();
  };
  return (
    <Confirm title={`Remove the schedule of ${job.name}?`} verb="Remove" act={act} onClose={onClose}>
      <p>The job and its history remain. It then runs on demand only.</p>
    </Confirm>
  );
}
