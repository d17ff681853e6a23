import { useState } from 'preact/hooks';
import { Problem } from '../api/problem.ts';

/** Action of a user, and its result. */
export type Action = {
  readonly busy: boolean;
  readonly failure: Error | undefined;
  readonly run: () => void;
};

/** Runs an action, one at a time. Keeps its error for the form to show. */
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

/** Error message of a field, including those of nested fields such as `env[1].name`. */
export function messageFor(failure: Error | undefined, field: string): string | undefined {
  if (!(failure instanceof Problem)) return undefined;
  const found = failure.fields.filter((one) => isIn(one.field, field));
  if (found.length === 0) return undefined;
  return found.map((one) => (one.field === field ? one.message : `${one.field}: ${one.message}`)).join(' ');
}

const isIn = (path: string, field: string): boolean =>
  path === field || path.startsWith(`${field}[`) || path.startsWith(`${field}.`);

type FailureProps = {
  readonly of: Action;
  /** Fields whose errors the form shows next to their inputs. */
  readonly fields?: readonly string[];
};

/** Error above a form: its title, and the messages that no input shows. */
export function Failure({ of: { failure }, fields = [] }: FailureProps) {
  if (failure === undefined) return null;
  if (!(failure instanceof Problem)) {
    return (
      <div class="problem" role="alert">
        <strong>Request failed</strong>
        <p>{failure.message} Your input is kept: try again.</p>
      </div>
    );
  }
  const unplaced = failure.fields.filter((one) => !fields.some((field) => isIn(one.field, field)));
  return (
    <div class="problem" role="alert">
      <strong>{failure.title}</strong>
      {failure.fields.length === 0 && <p>{failure.message}</p>}
      {unplaced.map(({ field, message }) => (
        <p key={field}>
          <code>{field}</code>: {message}
        </p>
      ))}
      {failure.fields.length > 0 && unplaced.length === 0 && <p>See the highlighted fields.</p>}
    </div>
  );
}
