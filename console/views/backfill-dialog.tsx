import { useState } from 'preact/hooks';
import { clockTime } from '../../cli/api/relative-time.ts';
import { Backfill, type Job } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { messageFor, useAction } from '../components/action.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Choice, Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { toast } from '../components/notice.tsx';
import { nonBlank } from '../form-values.ts';
import { BACKFILL_OUTCOMES } from '../labels.ts';

type BackfillProps = {
  readonly space: string;
  readonly job: Job;
  readonly onClose: () => void;
  readonly refresh: () => void;
};

const NEW_BACKFILL = { from: '', to: '', maxRunning: '', again: '' };
type Draft = typeof NEW_BACKFILL;

/** Fields of the request that have an input. */
const FIELDS = Object.keys(NEW_BACKFILL);

/** Dialog that previews a backfill and then starts it. A change of a field needs a new preview. */
export function BackfillDialog({ space, job, onClose, refresh }: BackfillProps) {
  const api = useApi();
  const [draft, setDraft] = useState(NEW_BACKFILL);
  const [preview, setPreview] = useState<Backfill>();
  const action = useAction(async () => {
    const body = { ...bodyOf(draft), dryRun: preview === undefined };
    const path = [space, 'jobs', job.name, 'backfill'];
    const { value } = await api.request(Backfill, { method: 'POST', path, body });
    if (preview === undefined) return setPreview(value);
    const left = countOf(value, 'remaining');
    toast(`Tasks queued: ${countOf(value, 'created')}.${left === 0 ? '' : ` Not created in time: ${left}.`}`);
    refresh();
    if (left === 0) return onClose();
    // The same request creates the rest.
    setPreview(value);
  });
  const change = (next: Draft): void => {
    setDraft(next);
    setPreview(undefined);
  };
  return (
    <Dialog title={`Backfill ${job.name}`} onClose={onClose}>
      <Form
        action={action}
        fields={FIELDS}
        verb={preview === undefined ? 'Preview' : 'Start backfill'}
        doing={preview === undefined ? 'Reading…' : 'Creating…'}
        cancel={onClose}
      >
        <Fields draft={draft} onDraft={change} zone={job.schedule?.timeZone} failure={action.failure} />
        {preview !== undefined && <Preview of={preview} zone={job.schedule?.timeZone} />}
      </Form>
    </Dialog>
  );
}

/** Body of the request. A limit that is no number is sent as it is: the API says what is allowed. */
function bodyOf({ maxRunning, again, ...period }: Draft) {
  const limit = maxRunning.trim();
  return {
    ...nonBlank(period),
    ...(limit === '' ? {} : { maxRunning: Number.isNaN(Number(limit)) ? limit : Number(limit) }),
    ...(again === '' ? {} : { again: true }),
  };
}

const countOf = ({ runs }: Backfill, wanted: string): number =>
  runs.filter(({ outcome }) => outcome === wanted).length;

type FieldsProps = {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  readonly zone: string | undefined;
  readonly failure: Error | undefined;
};

const Fields = ({ draft, onDraft, zone, failure }: FieldsProps) => (
  <>
    <div class="columns">
      <Field
        label="First day"
        value={draft.from}
        onValue={(from) => onDraft({ ...draft, from })}
        placeholder="2026-11-01"
        hint={`In ${zone ?? 'UTC'}, or a time such as 2026-11-01T02:00:00Z.`}
        required
        error={messageFor(failure, 'from')}
      />
      <Field
        label="Last day"
        value={draft.to}
        onValue={(to) => onDraft({ ...draft, to })}
        placeholder="today"
        error={messageFor(failure, 'to')}
      />
    </div>
    <div class="columns">
      <Field
        label="Tasks at a time"
        value={draft.maxRunning}
        onValue={(maxRunning) => onDraft({ ...draft, maxRunning })}
        placeholder="10, or 1 where runs may not overlap"
        hint="As many start each minute."
        error={messageFor(failure, 'maxRunning')}
      />
      <Choice
        label="Older than all kept tasks"
        value={draft.again}
        onValue={(again) => onDraft({ ...draft, again })}
        choices={[
          ['', 'Leave out'],
          ['again', 'Run, even if they ran before'],
        ]}
        error={messageFor(failure, 'again')}
      />
    </div>
  </>
);

const Preview = ({ of, zone }: { readonly of: Backfill; readonly zone: string | undefined }) => (
  <section aria-label="Preview">
    <p>
      {of.runs.length === 0
        ? 'The schedule has no occurrences then.'
        : `Tasks to create: ${countOf(of, 'created') + countOf(of, 'remaining')} of ${of.runs.length}.`}
    </p>
    <ul class="occurrences">
      {of.runs.map(({ task, scheduledTime, outcome }) => (
        <li key={task}>
          <span class="number">{clockTime(scheduledTime, zone)}</span> {BACKFILL_OUTCOMES[outcome] ?? outcome}
        </li>
      ))}
    </ul>
  </section>
);
