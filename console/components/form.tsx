import type { ComponentChildren } from 'preact';
import { type Action, Failure } from './action.tsx';

type FormProps = {
  readonly action: Action;
  /** Fields that have an input here, which shows their errors. */
  readonly fields: readonly string[];
  /** Label of the submit button, and its label while the action runs. */
  readonly verb: string;
  readonly doing: string;
  /** URL or callback of the cancel button. */
  readonly cancel: string | (() => void);
  readonly children: ComponentChildren;
};

/** Form with its error, fields and buttons. */
export const Form = ({ action, fields, verb, doing, cancel, children }: FormProps) => (
  <form
    class="form"
    onSubmit={(event) => {
      event.preventDefault();
      action.run();
    }}
  >
    <Failure of={action} fields={fields} />
    {children}
    <div class="buttons">
      {typeof cancel === 'string' ? (
        <a class="button" href={cancel}>
          Cancel
        </a>
      ) : (
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      )}
      <button type="submit" class="primary" disabled={action.busy}>
        {action.busy ? doing : verb}
      </button>
    </div>
  </form>
);
