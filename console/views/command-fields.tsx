import type { App } from '../../cli/api/responses.ts';
import { messageFor } from '../components/action.tsx';
import { Field } from '../components/field.tsx';
import type { ResourceTexts } from '../form-values.ts';
import { ResourceFields } from './resource-fields.tsx';

type CommandDraft = { readonly command: string; readonly resources: ResourceTexts };

type CommandProps = {
  readonly value: CommandDraft;
  readonly onValue: (value: CommandDraft) => void;
  /** The job's app, whose values apply to fields that are left empty. */
  readonly inherits: App | undefined;
  readonly failure: Error | undefined;
};

/** Fields for the command and the resources of a job. */
export const CommandFields = ({ value, onValue, inherits, failure }: CommandProps) => {
  const { command, resources } = value;
  return (
    <>
      <Field
        label="Command"
        value={command}
        onValue={(text) => onValue({ command: text, resources })}
        rows={2}
        mono
        placeholder={inherits?.command}
        hint={
          inherits?.command === undefined
            ? 'The app has no start command.'
            : 'Default: the app’s start command.'
        }
        error={messageFor(failure, 'command')}
      />
      <ResourceFields
        value={resources}
        onValue={(texts) => onValue({ command, resources: texts })}
        inherits={inherits?.resources}
        failure={failure}
      />
    </>
  );
};
