import { useState } from 'preact/hooks';
import { Problem } from '../api/problem.ts';

/** Something that a user asked for, and how it went. */
export type Action = {
  readonly busy: boolean;
  readonly failure: Error | undefined;
  readonly run: () => void;
};

/** Does something once at a time; what it throws is kept for the form that shows it. */
export function useAction(act: () => Promise<void>): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const run = (): void => {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    act()
      .catch((error: unknown) => setFailure(error instanceof Error ? error : new Error(String(error))))
      .finally(() => setBusy(false));
  };
  return { busy, failure, run };
}

/** What the server said of a field; its parts, as `env[1].name`, are told at the whole. */
export function messageFor(failure: Error | undefined, field: string): string | undefined {
  if (!(failure instanceof Problem)) return undefined;
  const found = failure.fields.filter((one) => isIn(one.field, field));
  if (found.length === 0) return undefined;
  return found.map((one) => (one.field === field ? one.message : `${one.field}: ${one.message}`)).join(' ');
}

const isIn = (told: string, field: string): boolean =>
  told === field || told.startsWith(`${field}[`) || told.startsWith(`${field}.`);

type FailureProps = {
  readonly of: Action;
  /** Fields beside whose inputs the form shows what is wrong with them. */
  readonly fields?: readonly string[];
};

/** A refusal above the form: its title, and all that has no input to stand beside. */
export function Failure({ of: { failure }, fields = [] }: FailureProps) {
  if (failure === undefined) return null;
  if (!(failure instanceof Problem)) {
    return (
      <div class="refusal" role="alert">
        <strong>Not sent</strong>
        <p>{failure.message} What you wrote is still here: try again.</p>
      </div>
    );
  }
  const elsewhere = failure.fields.filter((one) => !fields.some((field) => isIn(one.field, field)));
  return (
    <div class="refusal" role="alert">
      <strong>{failure.title}</strong>
      {failure.fields.length === 0 && <p>{failure.message}</p>}
      {elsewhere.map(({ field, message }) => (
        <p key={field}>
          <code>{field}</code>: {message}
        </p>
      ))}
      {failure.fields.length > 0 && elsewhere.length === 0 && <p>See the fields that are marked.</p>}
    </div>
  );
}
