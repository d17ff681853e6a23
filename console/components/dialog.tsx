import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Failure, useAction } from './action.tsx';
import { Field } from './field.tsx';

type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

/** A question before the page. Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
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
  /** What is lost, and what is not. */
  readonly children: ComponentChildren;
  /** The verb on the button. */
  readonly verb: string;
  /** What the other button says. */
  readonly keep?: string;
  readonly danger?: boolean;
  /** A name that must be written first: for what takes much along. */
  readonly name?: string;
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
};

/** Asks before something is done that can't be undone. It stays open, with the reason, when it is refused. */
export function Confirm({
  title,
  children,
  verb,
  keep = 'Cancel',
  danger = true,
  name,
  act,
  onClose,
}: ConfirmProps) {
  const [written, setWritten] = useState('');
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
          if (name === undefined || written === name) action.run();
        }}
      >
        <div class="question">{children}</div>
        {name !== undefined && (
          <Field label={`Write “${name}” to go on`} value={written} onValue={setWritten} mono />
        )}
        <Failure of={action} />
        <div class="buttons">
          <button type="button" onClick={onClose}>
            {keep}
          </button>
          <button
            type="submit"
            class={danger ? 'danger filled' : 'primary'}
            disabled={action.busy || (name !== undefined && written !== name)}
          >
            {action.busy ? 'Working…' : verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
