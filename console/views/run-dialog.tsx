import { useRef, useState } from 'preact/hooks';
import { Task } from '../../cli/api/responses.ts';
import { useApi } from '../api/context.ts';
import { messageFor, useAction } from '../components/action.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { toast } from '../components/notice.tsx';
import { NEW_TASK, type TaskDraft, taskBody } from '../drafts.ts';
import { argsOf, nonBlank, type ResourceTexts } from '../form-values.ts';
import { hrefOf } from '../routes.ts';
import { COMMAND_FIELDS, SettingsFields } from './command-fields.tsx';

type RunProps = {
  readonly space: string;
  /** Path of the request: of an app, or of a job. */
  readonly path: readonly string[];
  readonly of: string;
  /** Values of fields that are left empty. */
  readonly inherits: {
    readonly command?: string | undefined;
    readonly resources?: ResourceTexts | undefined;
    readonly timeout?: string | undefined;
  };
  readonly initial?: { readonly command?: string | undefined; readonly name?: string | undefined };
  readonly onClose: () => void;
};

const FIELDS = [...COMMAND_FIELDS, 'args', 'name'];

type RunDraft = TaskDraft & { readonly args: string; readonly name: string };

/** Dialog that runs an app or a job, optionally with other values for this run. */
export function RunDialog({ space, path, of, inherits, initial = {}, onClose }: RunProps) {
  const [draft, setDraft] = useState<RunDraft>({
    ...NEW_TASK,
    command: initial.command ?? '',
    args: '',
    name: initial.name ?? '',
  });
  const run = useRun(path);
  const action = useAction(async () => {
    const { name, args, ...task } = draft;
    const started = await run({ ...taskBody(task), ...nonBlank({ name }), ...argsOf(args) });
    toast(`Task ${started.name} is started.`);
    onClose();
    location.hash = hrefOf({ view: 'task', space, task: started.name });
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
      label="Arguments"
      value={draft.args}
      onValue={(args) => onDraft({ ...draft, args })}
      rows={2}
      mono
      placeholder="--dry-run"
      hint="After the command: one per line, as it is. A blank line is an empty argument."
      error={messageFor(failure, 'args')}
    />
    <Field
      label="Display name"
      value={draft.name}
      onValue={(name) => onDraft({ ...draft, name })}
      error={messageFor(failure, 'name')}
    />
    <SettingsFields value={draft} onValue={onDraft} inherits={inherits} failure={failure} />
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
