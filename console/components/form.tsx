import type { ComponentChildren } from 'preact';
import { type Action, Failure } from './action.tsx';

type FormProps = {
  readonly action: Action;
  /** Fields that have an input here, beside which it is said what is wrong with them. */
  readonly fields: readonly string[];
  /** What the button says, and what it says meanwhile. */
  readonly verb: string;
  readonly doing: string;
  /** The way out: an address, or what closes the form. */
  readonly cancel: string | (() => void);
  readonly children: ComponentChildren;
};

/** A form: why it was refused last, its fields, and what sends it or leaves it. */
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
