import { useRef, useState } from 'preact/hooks';
import { Task } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { messageFor, useAction } from '../components/action.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { toast } from '../components/notice.tsx';
import { nonBlank, type ResourceTexts, resourcesOf } from '../form-values.ts';
import { hrefOf } from '../routes.ts';
import { RESOURCE_FIELDS, ResourceFields } from './resource-fields.tsx';

type RunProps = {
  readonly space: string;
  /** Path of the request: of an app, or of a job. */
  readonly path: readonly string[];
  readonly of: string;
  /** Values of fields that are left empty. */
  readonly inherits: {
    readonly command?: string | undefined;
    readonly resources?: ResourceTexts | undefined;
  };
  readonly initial?: { readonly command?: string | undefined; readonly name?: string | undefined };
  readonly onClose: () => void;
};

const FIELDS = ['command', 'name', ...RESOURCE_FIELDS];

type RunDraft = { readonly command: string; readonly name: string; readonly resources: ResourceTexts };

/** Dialog that runs an app or a job, optionally with other values for this run. */
export function RunDialog({ space, path, of, inherits, initial = {}, onClose }: RunProps) {
  const [draft, setDraft] = useState<RunDraft>({
    command: initial.command ?? '',
    name: initial.name ?? '',
    resources: {},
  });
  const run = useRun(path);
  const action = useAction(async () => {
    const { command, name, resources } = draft;
    const task = await run({ ...nonBlank({ command, name }), ...resourcesOf(resources) });
    toast(`Task ${task.name} is started.`);
    onClose();
    location.hash = hrefOf({ view: 'task', space, task: task.name });
  });
  return (
    <Dialog title={`Run ${of}`} onClose={onClose}>
      <Form action={action} fields={FIELDS} verb="Run" doing="Starting…" cancel={onClose}>
        <RunFields draft={draft} onDraft={setDraft} inherits={inherits} failure={action.failure} />
      </Form>
    </Dialog>
  );
}

type FieldsProps = Pick<RunProps, 'inherits'> & {
  readonly draft: RunDraft;
  readonly onDraft: (draft: RunDraft) => void;
  readonly failure: Error | undefined;
};

const RunFields = ({ draft, onDraft, inherits, failure }: FieldsProps) => (
  <>
    <Field
      label="Command"
      value={draft.command}
      onValue={(command) => onDraft({ ...draft, command })}
      rows={3}
      mono
      placeholder={inherits.command}
      hint={inherits.command === undefined ? 'No default command.' : 'Default: the command shown.'}
      error={messageFor(failure, 'command')}
    />
    <Field
      label="Display name"
      value={draft.name}
      onValue={(name) => onDraft({ ...draft, name })}
      error={messageFor(failure, 'name')}
    />
    <ResourceFields
      value={draft.resources}
      onValue={(resources) => onDraft({ ...draft, resources })}
      inherits={inherits.resources}
      failure={failure}
    />
  </>
);

/** Starts a task. Retrying the same request after a lost response starts no second task. */
function useRun(path: readonly string[]): (body: object) => Promise<Task> {
  const api = useApi();
  const last = useRef({ body: '', key: '' });
  return async (body) => {
    const text = JSON.stringify(body);
    if (last.current.body !== text) last.current = { body: text, key: crypto.randomUUID() };
    const { value } = await api.request(Task, {
      method: 'POST',
      path,
      body,
      idempotencyKey: last.current.key,
    });
    return value;
  };
}
