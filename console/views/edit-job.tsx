import { useState } from 'preact/hooks';
import { App, Job } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { usePaged } from '../api/use-paged.ts';
import { messageFor, useAction } from '../components/action.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Choice } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { toast } from '../components/notice.tsx';
import { type JobDraft, jobDraftOf, jobPatchOf } from '../drafts.ts';
import { COMMAND_FIELDS, CommandFields } from './command-fields.tsx';
import { ExpectField, POLICY_FIELDS, PolicyFields } from './policy-fields.tsx';

type EditProps = {
  readonly space: string;
  readonly job: Job;
  readonly refresh: () => void;
  readonly onClose: () => void;
};

const FIELDS = ['app', ...COMMAND_FIELDS, ...POLICY_FIELDS, 'expectWithin'];

/** Dialog that changes the task of a job and its policies. */
export function EditJob({ space, job, refresh, onClose }: EditProps) {
  const apps = usePaged(App, { path: [space, 'apps'], query: { limit: '500' } }, { isFilled: true });
  const [before] = useState<JobDraft>(() => jobDraftOf(job));
  const [draft, setDraft] = useState<JobDraft>(before);
  const api = useApi();
  const action = useAction(async () => {
    const body = jobPatchOf(before, draft);
    if (Object.keys(body).length > 0) {
      await api.request(Job, { method: 'PATCH', path: [space, 'jobs', job.name], body });
      toast(`Job ${job.name} is changed.`);
      refresh();
    }
    onClose();
  });
  const { failure } = action;
  const names = new Set([before.app, ...(apps.items ?? []).map(({ name }) => name)]);
  return (
    <Dialog title={`Edit ${job.name}`} onClose={onClose}>
      <Form action={action} fields={FIELDS} verb="Save job" doing="Saving…" cancel={onClose}>
        <Choice
          label="App"
          value={draft.app}
          onValue={(app) => setDraft({ ...draft, app })}
          choices={[...names].toSorted().map((name) => [name, name] as const)}
          hint="Running tasks stay as they are; the next one has the new values."
          error={messageFor(failure, 'app')}
        />
        <CommandFields
          value={draft}
          onValue={(task) => setDraft({ ...draft, ...task })}
          inherits={apps.items?.find(({ name }) => name === draft.app)}
          failure={failure}
        />
        <PolicyFields
          value={draft}
          onValue={(policies) => setDraft({ ...draft, ...policies })}
          failure={failure}
        />
        <ExpectField
          value={draft.expectWithin}
          onValue={(expectWithin) => setDraft({ ...draft, expectWithin })}
          failure={failure}
        />
      </Form>
    </Dialog>
  );
}
