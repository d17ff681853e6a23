import { useState } from 'preact/hooks';
import * as v from 'valibot';
import { App } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { usePolled } from '../api/use-polled.ts';
import { messageFor, useAction } from '../components/action.tsx';
import { EnvField } from '../components/env-field.tsx';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { toast } from '../components/notice.tsx';
import { Card, Loading, Page, ProblemAlert } from '../components/page.tsx';
import { type AppDraft, bodyOf, draftOf, NEW_APP } from '../drafts.ts';
import { hrefOf } from '../routes.ts';
import { RESOURCE_FIELDS, ResourceFields } from './resource-fields.tsx';

type PushProps = { readonly space: string; readonly app?: string | undefined };

const AnyApp = v.record(v.string(), v.unknown());

/** View that creates or edits an app. Fields that the form does not have are kept. */
export function PushView({ space, app }: PushProps) {
  const [typed, setTyped] = useState<AppDraft>();
  // Read once, so that typed values are not overwritten.
  const request = app === undefined ? undefined : { path: [space, 'apps', app] };
  const { value, problem } = usePolled(AnyApp, request, { isFinal: () => true });
  const draft = typed ?? (app === undefined ? NEW_APP : value && draftOf(value));
  return (
    <Page of={{ view: 'push', space, app }}>
      {problem !== undefined && <ProblemAlert problem={problem} />}
      {draft === undefined && problem === undefined && <Loading />}
      {draft !== undefined && (
        <PushForm space={space} isNew={app === undefined} draft={draft} onDraft={setTyped} />
      )}
    </Page>
  );
}

type FormProps = {
  readonly space: string;
  readonly isNew: boolean;
  readonly draft: AppDraft;
  readonly onDraft: (draft: AppDraft) => void;
};

const FIELDS = ['app', 'image', 'command', 'env', ...RESOURCE_FIELDS, 'maxRunning', 'taskTimeout'];

function PushForm({ space, isNew, draft, onDraft }: FormProps) {
  const api = useApi();
  const action = useAction(async () => {
    const path = [space, 'apps', draft.name.trim()];
    const { value } = await api.request(App, { method: 'PUT', path, body: bodyOf(draft) });
    toast(`App ${value.name} is pushed.`);
    location.hash = hrefOf({ view: 'app', space, app: value.name });
  });
  return (
    <Card>
      <Form
        action={action}
        fields={FIELDS}
        verb={isNew ? 'Push app' : 'Save app'}
        doing="Pushing…"
        cancel={hrefOf(isNew ? { view: 'apps', space } : { view: 'app', space, app: draft.name })}
      >
        <PushFields isNew={isNew} draft={draft} onDraft={onDraft} failure={action.failure} />
      </Form>
    </Card>
  );
}

type FieldsProps = Omit<FormProps, 'space'> & { readonly failure: Error | undefined };

function PushFields({ isNew, draft, onDraft, failure }: FieldsProps) {
  const field = (name: 'name' | 'image' | 'command' | 'maxRunning' | 'taskTimeout') => ({
    value: draft[name],
    onValue: (text: string) => onDraft({ ...draft, [name]: text }),
    // The name is a part of the path, where the API calls it `app`.
    error: messageFor(failure, name === 'name' ? 'app' : name),
  });
  const command = { rows: 2, mono: true, placeholder: 'bin/migrate' } as const;
  return (
    <>
      <div class="columns">
        <Field label="Name" {...field('name')} required disabled={!isNew} placeholder="billing" />
        <Field label="Image" {...field('image')} required mono placeholder="registry.example/billing:1" />
      </div>
      <Field
        label="Start command"
        {...field('command')}
        {...command}
        hint="Default command of the app’s tasks."
      />
      <EnvField value={draft} onValue={(env) => onDraft({ ...draft, env })} failure={failure} />
      <ResourceFields
        value={draft.resources}
        onValue={(resources) => onDraft({ ...draft, resources: { ...draft.resources, ...resources } })}
        failure={failure}
      />
      <div class="columns">
        <Field label="Max running tasks" {...field('maxRunning')} placeholder="No limit" />
        <Field
          label="Timeout"
          {...field('taskTimeout')}
          placeholder="No limit"
          hint="For example 30m or 1h30m."
        />
      </div>
    </>
  );
}
