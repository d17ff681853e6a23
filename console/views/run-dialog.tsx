import { useRef, useState } from 'preact/hooks';
import { Task } from '../../client/answers.ts';
import { useApi } from '../api/context.ts';
import { Failure, messageFor, useAction } from '../parts/action.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { say } from '../parts/notice.tsx';
import { hrefOf } from '../routes.ts';
import { given, type ResourceTexts, resourcesOf } from '../texts.ts';
import { ResourceFields } from './resource-fields.tsx';

type RunProps = {
  readonly space: string;
  /** Where the run is asked for: of an app, or of a job. */
  readonly path: readonly string[];
  readonly of: string;
  /** What the task has where nothing else is written. */
  readonly inherits: {
    readonly command?: string | undefined;
    readonly resources?: ResourceTexts | undefined;
  };
  readonly initial?: { readonly command?: string | undefined; readonly name?: string | undefined };
  readonly onClose: () => void;
};

const FIELDS = ['command', 'name', 'resources.memory', 'resources.disk', 'resources.cpu'];

/** Runs a task of an app or a job, as it is or with other values for this once. */
export function RunDialog({ space, path, of, inherits, initial = {}, onClose }: RunProps) {
  const [command, setCommand] = useState(initial.command ?? '');
  const [name, setName] = useState(initial.name ?? '');
  const [resources, setResources] = useState<ResourceTexts>({});
  const run = useRun(path);
  const action = useAction(async () => {
    const task = await run({ ...given({ command, name }), ...resourcesOf(resources) });
    say(`Task ${task.name} is started.`);
    onClose();
    location.hash = hrefOf({ view: 'task', space, task: task.name });
  });
  return (
    <Dialog title={`Run ${of}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          action.run();
        }}
      >
        <Failure of={action} fields={FIELDS} />
        <Field
          label="Command"
          value={command}
          onValue={setCommand}
          rows={3}
          mono
          placeholder={inherits.command}
          hint={
            inherits.command === undefined
              ? 'There is none to inherit.'
              : 'Left empty, it runs what is shown.'
          }
          error={messageFor(action.failure, 'command')}
        />
        <Field
          label="Name to show"
          value={name}
          onValue={setName}
          error={messageFor(action.failure, 'name')}
        />
        <ResourceFields
          value={resources}
          onValue={setResources}
          inherits={inherits.resources}
          failure={action.failure}
        />
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={action.busy}>
            {action.busy ? 'Starting…' : 'Run'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Starts a task. The same request sent again, because its answer was lost, starts no second one. */
function useRun(path: readonly string[]): (body: object) => Promise<Task> {
  const api = useApi();
  const last = useRef({ body: '', key: '' });
  return async (body) => {
    const text = JSON.stringify(body);
    if (last.current.body !== text) last.current = { body: text, key: crypto.randomUUID() };
    const { value } = await api.ask(Task, { method: 'POST', path, body, idempotencyKey: last.current.key });
    return value;
  };
}
