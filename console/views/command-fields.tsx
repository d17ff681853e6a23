import type { App } from '../../cli/api/responses.ts';
import { messageFor } from '../components/action.tsx';
import { EnvField } from '../components/env-field.tsx';
import { Field } from '../components/field.tsx';
import type { TaskDraft } from '../drafts.ts';
import type { ResourceTexts } from '../form-values.ts';
import { RESOURCE_FIELDS, ResourceFields } from './resource-fields.tsx';

type CommandProps = {
  readonly value: TaskDraft;
  readonly onValue: (value: TaskDraft) => void;
  /** The job's app, whose values apply to fields that are left empty. */
  readonly inherits: App | undefined;
  readonly failure: Error | undefined;
};

/** Field names of the API. */
export const COMMAND_FIELDS = ['command', 'env', ...RESOURCE_FIELDS, 'timeout'];

/** Fields for the task of a job. */
export const CommandFields = ({ value, onValue, inherits, failure }: CommandProps) => (
  <>
    <Field
      label="Command"
      value={value.command}
      onValue={(command) => onValue({ ...value, command })}
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
    <SettingsFields value={value} onValue={onValue} inherits={inherits} failure={failure} />
  </>
);

type SettingsProps<Draft> = {
  readonly value: Draft;
  readonly onValue: (value: Draft) => void;
  /** Values of fields that are left empty. */
  readonly inherits:
    | { readonly resources?: ResourceTexts | undefined; readonly timeout?: string | undefined }
    | undefined;
  readonly failure: Error | undefined;
};

/** Fields for the variables, the resources and the timeout of a job, or of one run. */
export const SettingsFields = <Draft extends TaskDraft>({
  value,
  onValue,
  inherits,
  failure,
}: SettingsProps<Draft>) => (
  <>
    <EnvField
      value={value}
      onValue={(env) => onValue({ ...value, env })}
      failure={failure}
      hint="They replace others of the same name."
    />
    <ResourceFields
      value={value.resources}
      onValue={(resources) => onValue({ ...value, resources })}
      inherits={inherits?.resources}
      failure={failure}
    />
    <Field
      label="Timeout"
      value={value.timeout}
      onValue={(timeout) => onValue({ ...value, timeout })}
      placeholder={inherits?.timeout ?? 'From the app'}
      hint="For example 30m or 1h30m."
      error={messageFor(failure, 'timeout')}
    />
  </>
);
