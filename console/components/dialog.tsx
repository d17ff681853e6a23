import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Failure, useAction } from './action.tsx';
import { Field } from './field.tsx';

type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

/** Modal dialog. Escape closes it. However it closes, the focus returns to where it was. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { activeElement: opener } = document;
    ref.current?.showModal();
    return () => {
      // Nothing is left of the dialog here, so the browser would leave the focus nowhere.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog ref={ref} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

type ConfirmProps = {
  readonly title: string;
  /** Consequences of the action. */
  readonly children: ComponentChildren;
  /** The verb on the button. */
  readonly verb: string;
  readonly danger?: boolean;
  /** Name that the user must type to confirm. */
  readonly name?: string;
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
};

/** Asks for confirmation of an action that can't be undone. Stays open with the error where it fails. */
export function Confirm({ title, children, verb, danger = true, name, act, onClose }: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const action = useAction(async () => {
    await act();
    onClose();
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (name === undefined || typed === name) action.run();
        }}
      >
        <div class="question">{children}</div>
        {name !== undefined && (
          <Field label={`To confirm, type “${name}”`} value={typed} onValue={setTyped} mono />
        )}
        <Failure of={action} />
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            class={danger ? 'danger filled' : 'primary'}
            disabled={action.busy || (name !== undefined && typed !== name)}
          >
            {action.busy ? 'Working…' : verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
