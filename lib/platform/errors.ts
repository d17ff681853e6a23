/** One thing that is wrong with a request: the field's path as the user wrote it, and what to write instead. */
export type FieldError = { readonly field: string; readonly message: string };

/**
 * Kinds of errors that users can see. `lib/http/problem.ts` alone gives these a status code; an error of another
 * class is an internal error and is not caught.
 */
export type ErrorKind =
  | 'malformed'
  | 'invalid'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'gone'
  | 'tooLarge'
  | 'unavailable';

/** An expected error, in words for the person who asked. */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly fields: readonly FieldError[];

  constructor(kind: ErrorKind, message: string, fields: readonly FieldError[] = []) {
    super(message);
    this.name = 'DomainError';
    this.kind = kind;
    this.fields = fields;
  }
}

/** The request's fields are wrong: one message a field, so that a user can fix all at once. */
export const invalid = (...fields: readonly FieldError[]): DomainError =>
  new DomainError('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), fields);

export const notFound = (message: string): DomainError => new DomainError('notFound', message);

/** `what` is a kind and a name, such as `App "billing"`. */
export const notFoundIn = (space: string, what: string): DomainError =>
  notFound(`${what} is not in space "${space}".`);

export const conflict = (message: string, fields: readonly FieldError[] = []): DomainError =>
  new DomainError('conflict', message, fields);

/** One answer for a space that is closed and one that is not there: nobody learns which namespaces exist. */
export const spaceClosed = (space: string): DomainError =>
  new DomainError('forbidden', `Space "${space}" is not open to Taskbridge, or it is not there.`);

/** A list's cursor that the cluster no longer knows, or never knew: it may be one of another list. */
export const cursorGone = (): DomainError =>
  new DomainError('gone', 'The cursor is not one of this list, or has expired: list again without it.');
