/** Cause of an invalid field: `metav1.StatusCause`. */
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

/** Error of the API server; `toStatus` is its response. Wording and codes are those of Kubernetes 1.34. */
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

/** 400: malformed request, or denied by a webhook. */
export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

/** 401: unauthenticated. */
export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized');

/** 403: denied by RBAC or by the state of the namespace. */
export const forbidden = (message: string, details: Details, causes?: readonly Cause[]): ApiError =>
  new ApiError(403, 'Forbidden', message, { details: { ...details, causes } });

/** 404: object does not exist. */
export const notFound = (type: Subject, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${qualified(type.plural, type.group)} "${name}" not found`, {
    details: about(type, name),
  });

/** 404: path does not exist here. */
export const noSuchPath = (): ApiError =>
  new ApiError(
    404,
    'NotFound',
    'the server could not find the requested resource (the local cloud serves what kubectl api-resources lists, and pods/log)',
    { details: {} },
  );

/** 405: verb not supported by the kind. */
export const methodNotAllowed = (what: string, allowed: readonly string[]): ApiError =>
  new ApiError(
    405,
    'MethodNotAllowed',
    `the server does not allow this method on the requested resource (the local cloud allows ${allowed.join(', ')} of ${what})`,
    { details: {} },
  );

/** 406: only JSON is served. */
export const notAcceptable = (): ApiError =>
  new ApiError(406, 'NotAcceptable', 'only the following media types are accepted: application/json', {
    details: {},
  });

/** 409: name is taken. */
export const alreadyExists = (type: Subject, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${qualified(type.plural, type.group)} "${name}" already exists`, {
    details: about(type, name),
  });

const CHANGED = 'the object has been modified; please apply your changes to the latest version and try again';

/** 409: resourceVersion is not the newest. */
export const modified = (type: Subject, name: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(type.plural, type.group)} "${name}": ${CHANGED}`,
    { details: about(type, name) },
  );

/** 409: failed precondition of a deletion. The real API server names the kind here, not the plural. */
export const preconditionFailed = ({ kind, group }: Subject, name: string, message: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(kind, group)} "${name}": ${message}`,
    { details: { name, group, kind } },
  );

/** 410: revision has expired; `next` is a token that continues at the newest one. */
export const gone = (message: string, next?: string): ApiError =>
  new ApiError(410, 'Expired', message, next === undefined ? {} : { continue: next });

/** 413: body above the limit, in bytes. */
export const tooLarge = (limit: number): ApiError =>
  new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);

/** 415: unsupported media type. */
export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

/** 422: one or more invalid fields, all in one error. */
export function invalid(
  { kind, group }: { kind: string; group: string },
  name: string,
  causes: readonly Cause[],
): ApiError {
  const messages = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualified(kind, group)} "${name}" is invalid: ${list}`, {
    details: { name, group, kind, causes },
  });
}

const show = (value: unknown): string => JSON.stringify(value);

/** Missing field. */
export const required = (field: string, message = ''): Cause => ({
  reason: 'FieldValueRequired',
  field,
  message: message === '' ? 'Required value' : `Required value: ${message}`,
});

/** Invalid value. */
export const invalidValue = (field: string, value: unknown, message: string): Cause => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${show(value)}: ${message}`,
});

/** Value that is not one of the supported ones. */
export const unsupportedValue = (field: string, value: unknown, supported: readonly unknown[]): Cause => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${show(value)}: supported values: ${supported.map(show).join(', ')}`,
});

/** Field or value that is not allowed next to another. */
export const forbiddenValue = (field: string, message: string): Cause => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${message}`,
});

/** Value above the limit, in bytes. */
export const tooLong = (field: string, bytes: number): Cause => ({
  reason: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${bytes} bytes`,
});
