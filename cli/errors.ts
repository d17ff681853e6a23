/** Usage error: exit code 2. The message says how to fix the command. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Failed request or operation: exit code 1. */
export class CliError extends Error {
  override readonly name = 'Refusal';
  /** HTTP status of the response; absent without a response. */
  readonly status: number | undefined;
  /** Kind of the problem, such as `ended`; absent where the API sent none. */
  readonly kind: string | undefined;
  /** Seconds to wait before a retry; absent where the server sent no `retry-after`. */
  readonly retryAfter: number | undefined;

  constructor(
    message: string,
    { status, kind, retryAfter }: { status?: number; kind?: string; retryAfter?: number } = {},
  ) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

/** Ctrl-C at a question. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Message of an error, on one line. */
export const messageOf = (error: unknown): string => {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message).replace(/(?<!\s)\s*\n\s*/g, ' ');
};

/** Code of a system error, such as ENOENT. */
export const systemCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
