/** One thing that is wrong with a request: the field's path as the user wrote it, and what to write instead. */
export type FieldError = { readonly field: string; readonly message: string };

/** One sentence a field, such as `image: Missing. env[0].name: No.` */
export const describeFields = (errors: readonly FieldError[]): string =>
  errors.map(({ field, message }) => `${field}: ${message.replace(/\.?$/, '.')}`).join(' ');

/**
 * Kinds of errors that users can see. `lib/http/endpoint.ts` alone gives these a status code; an error of another
 * class is an internal error and is not caught.
 */
export type ErrorKind =
  | 'malformed'
  | 'invalid'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'ended'
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
  new DomainError('invalid', describeFields(fields), fields);

export const notFound = (message: string): DomainError => new DomainError('notFound', message);

/** `what` is a kind and a name, such as `App "billing"`. */
export const notFoundIn = (space: string, what: string): DomainError =>
  notFound(`${what} is not in space "${space}".`);

export const conflict = (message: string, fields: readonly FieldError[] = []): DomainError =>
  new DomainError('conflict', message, fields);

/** The object has ended already, so that nothing is left to do: a client may take it for done. */
export const ended = (message: string): DomainError => new DomainError('ended', message);

/** The same error for a closed space and a missing one: it does not disclose which namespaces exist. */
export const spaceClosed = (space: string): DomainError =>
  new DomainError('forbidden', `Space "${space}" is not open to Taskbridge, or it is not there.`);

/** Error for a cursor that the cluster does not know, or no longer; it may be one of another list. */
export const cursorGone = (): DomainError =>
  new DomainError('gone', 'The cursor is not one of this list, or has expired: list again without it.');

/**
 * A request that AWS refuses however often it is repeated: for its contents, a right or a quota. `reason`: AWS's words,
 * which may name the account.
 */
export class AwsRefusal extends Error {
  readonly code: string;
  readonly reason: string;

  constructor(what: string, code: string, reason: string) {
    super(`${what}: ${code}: ${reason}`);
    this.name = 'AwsRefusal';
    this.code = code;
    this.reason = reason;
  }
}

/**
 * Error of a call for which this process had no time, since it computed for most of it: the service may well be there. Nothing
 * is recorded about the service, and the work is left for another invocation.
 */
export class OutOfTime extends DomainError {
  constructor(service: string) {
    super('unavailable', `${service} could not be asked in time: this function was busy. Try again.`);
    this.name = 'OutOfTime';
  }
}
