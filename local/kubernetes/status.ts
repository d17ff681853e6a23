/** Why a field was refused, as `metav1.StatusCause`. */
export type Cause = { readonly reason: string; readonly field: string; readonly message: string };

type Subject = { readonly group: string; readonly plural: string; readonly kind: string };

type Details = {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly uid?: string | undefined;
  readonly causes?: readonly Cause[] | undefined;
};

type Options = { readonly details?: Details; readonly continue?: string };

/** A refusal of the API server; `toStatus` is its answer. Wording and codes are those of Kubernetes 1.34. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly options: Options;

  constructor(code: number, reason: string, message: string, options: Options = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.options = options;
  }

  toStatus() {
    const { details, continue: next } = this.options;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: next === undefined ? {} : { continue: next },
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(details === undefined ? {} : { details: withoutEmpty(details) }),
      code: this.code,
    };
  }
}

const withoutEmpty = (details: Details) =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined && value !== ''));

const qualified = (name: string, group: string): string => (group === '' ? name : `${name}.${group}`);
const about = ({ group, plural }: Subject, name: string): Details => ({ name, group, kind: plural });

/** 400: a request that cannot be read, or that a webhook denied. */
export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

/** 401: nobody knows who asks. */
export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized');

/** 403: by RBAC, or because of the namespace. */
export const forbidden = (message: string, details: Details, causes?: readonly Cause[]): ApiError =>
  new ApiError(403, 'Forbidden', message, { details: { ...details, causes } });

/** 404: an object that is not there. */
export const notFound = (type: Subject, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${qualified(type.plural, type.group)} "${name}" not found`, {
    details: about(type, name),
  });

/** A path that stands for nothing. */
export const noSuchPath = (): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', { details: {} });

/** 405: a verb that the kind does not have. */
export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {
    details: {},
  });

/** 406: only JSON is answered. */
export const notAcceptable = (): ApiError =>
  new ApiError(406, 'NotAcceptable', 'only the following media types are accepted: application/json', {
    details: {},
  });

/** 409: the name is taken. */
export const alreadyExists = (type: Subject, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${qualified(type.plural, type.group)} "${name}" already exists`, {
    details: about(type, name),
  });

const CHANGED = 'the object has been modified; please apply your changes to the latest version and try again';

/** The object was written by somebody else since it was read. */
export const modified = (type: Subject, name: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(type.plural, type.group)} "${name}": ${CHANGED}`,
    { details: about(type, name) },
  );

/** A precondition of a deletion does not hold. The real answer names the kind here, not the plural. */
export const preconditionFailed = ({ kind, group }: Subject, name: string, message: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(kind, group)} "${name}": ${message}`,
    { details: { name, group, kind } },
  );

/** 410: a list cannot show what was there at that moment; `next`, where given, goes on from now. */
export const gone = (message: string, next?: string): ApiError =>
  new ApiError(410, 'Expired', message, next === undefined ? {} : { continue: next });

/** 413: a body above the limit, in bytes. */
export const tooLarge = (limit: number): ApiError =>
  new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);

/** 415: a body in a format that is not read. */
export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

/** One or more fields are not valid; all of them are told at once. */
export function invalid(
  { kind, group }: { kind: string; group: string },
  name: string,
  causes: readonly Cause[],
): ApiError {
  const told = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = told.length === 1 ? told[0] : `[${told.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualified(kind, group)} "${name}" is invalid: ${list}`, {
    details: { name, group, kind, causes },
  });
}

const show = (value: unknown): string => JSON.stringify(value);

/** A field that must be there is not. */
export const required = (field: string, message = ''): Cause => ({
  reason: 'FieldValueRequired',
  field,
  message: message === '' ? 'Required value' : `Required value: ${message}`,
});

/** A field whose value is wrong. */
export const invalidValue = (field: string, value: unknown, message: string): Cause => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${show(value)}: ${message}`,
});

/** A field whose value is none of the few that it may have. */
export const unsupportedValue = (field: string, value: unknown, supported: readonly unknown[]): Cause => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${show(value)}: supported values: ${supported.map(show).join(', ')}`,
});

/** A field that may not be there, or not have this value, beside another. */
export const forbiddenValue = (field: string, message: string): Cause => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${message}`,
});

/** A field that is longer than so many bytes. */
export const tooLong = (field: string, bytes: number): Cause => ({
  reason: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${bytes} bytes`,
});
