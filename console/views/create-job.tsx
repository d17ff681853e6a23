import { useState } from 'preact/hooks';
import { App, Job } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { usePaged } from '../api/use-paged.ts';
import { type Action, messageFor, useAction } from '../components/action.tsx';
import { Choice, Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { toast } from '../components/notice.tsx';
import { Card, Empty, Page, ProblemAlert } from '../components/page.tsx';
import { ScheduleFields } from '../components/schedule-fields.tsx';
import { isTyped } from '../cron-description.ts';
import {
  NEW_TASK,
  NO_SCHEDULE,
  policyBody,
  type ScheduleDraft,
  scheduleBody,
  type TaskDraft,
  taskBody,
} from '../drafts.ts';
import { nonBlank } from '../form-values.ts';
import { hrefOf } from '../routes.ts';
import { COMMAND_FIELDS, CommandFields } from './command-fields.tsx';
import { ExpectField, POLICY_FIELDS, PolicyFields } from './policy-fields.tsx';

type CreateProps = { readonly space: string; readonly app?: string | undefined };

type JobDraft = TaskDraft & {
  readonly name: string;
  readonly app: string;
  readonly schedule: ScheduleDraft;
  readonly expectWithin: string;
};

const OF_SCHEDULE = ['cron', 'at', 'timeZone'].map((field) => `schedule.${field}`);
const FIELDS = ['name', 'app', ...COMMAND_FIELDS, ...OF_SCHEDULE, ...POLICY_FIELDS, 'expectWithin'];

/** View that creates a job, with or without a schedule. */
export function CreateJobView({ space, app: preset }: CreateProps) {
  const apps = usePaged(App, { path: [space, 'apps'], query: { limit: '500' } }, { isFilled: true });
  const [draft, setDraft] = useState<JobDraft>({
    ...NEW_TASK,
    name: '',
    app: preset ?? '',
    schedule: NO_SCHEDULE,
    expectWithin: '',
  });
  const names = apps.items?.map(({ name }) => name) ?? (preset === undefined ? [] : [preset]);
  const app = draft.app || names[0] || '';
  return (
    <Page of={{ view: 'create-job', space }}>
      {apps.problem !== undefined && <ProblemAlert problem={apps.problem} />}
      {apps.items?.length === 0 ? (
        <Empty title="No apps yet">
          <a class="button primary" href={hrefOf({ view: 'push', space })}>
            Push an app
          </a>
        </Empty>
      ) : (
        <JobForm
          space={space}
          names={names}
          draft={{ ...draft, app }}
          onDraft={setDraft}
          inherits={apps.items?.find(({ name }) => name === app)}
        />
      )}
    </Page>
  );
}

type FormProps = {
  readonly space: string;
  readonly names: readonly string[];
  readonly draft: JobDraft;
  readonly onDraft: (draft: JobDraft) => void;
  readonly inherits: App | undefined;
};

function JobForm({ space, names, draft, onDraft, inherits }: FormProps) {
  const action = useCreate(space, draft);
  return (
    <Card>
      <Form
        action={action}
        fields={FIELDS}
        verb="Create job"
        doing="Creating…"
        cancel={hrefOf({ view: 'jobs', space })}
      >
        <TaskFields names={names} draft={draft} onDraft={onDraft} inherits={inherits} action={action} />
        <ScheduleFields
          value={draft.schedule}
          onValue={(schedule) => onDraft({ ...draft, schedule: { ...draft.schedule, ...schedule } })}
          errors={{
            cron: messageFor(action.failure, 'schedule.cron'),
            at: messageFor(action.failure, 'schedule.at'),
            timeZone: messageFor(action.failure, 'schedule.timeZone'),
          }}
          optional
        />
        <PolicyFields
          value={draft.schedule}
          onValue={(policies) => onDraft({ ...draft, schedule: { ...draft.schedule, ...policies } })}
          failure={action.failure}
        />
        <ExpectField
          value={draft.expectWithin}
          onValue={(expectWithin) => onDraft({ ...draft, expectWithin })}
          failure={action.failure}
        />
      </Form>
    </Card>
  );
}

type TaskFieldsProps = Omit<FormProps, 'space'> & { readonly action: Action };

const TaskFields = ({ names, draft, onDraft, inherits, action: { failure } }: TaskFieldsProps) => (
  <>
    <div class="columns">
      <Field
        label="Name"
        value={draft.name}
        onValue={(name) => onDraft({ ...draft, name })}
        required
        placeholder="nightly-report"
        error={messageFor(failure, 'name')}
      />
      <Choice
        label="App"
        value={draft.app}
        onValue={(app) => onDraft({ ...draft, app })}
        choices={names.map((name) => [name, name] as const)}
        error={messageFor(failure, 'app')}
      />
    </div>
    <CommandFields
      value={draft}
      onValue={(task) => onDraft({ ...draft, ...task })}
      inherits={inherits}
      failure={failure}
    />
  </>
);

function useCreate(space: string, { name, app, schedule, expectWithin, ...task }: JobDraft): Action {
  const api = useApi();
  return useAction(async () => {
    const body = {
      name: name.trim(),
      app,
      ...taskBody(task),
      ...(isTyped(schedule) ? { schedule: scheduleBody(schedule) } : {}),
      ...policyBody(schedule),
      ...nonBlank({ expectWithin: expectWithin.trim() }),
    };
    const { value } = await api.request(Job, { method: 'POST', path: [space, 'jobs'], body });
    toast(`Job ${value.name} is created.`);
    location.hash = hrefOf({ view: 'job', space, job: value.name });
  });
}
