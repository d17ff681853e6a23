/** The command was written wrongly: exit code 2. `message` says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked for is refused, or can't be done: exit code 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The HTTP status of the answer; absent where there was none. */
  readonly status: number | undefined;
  /** Seconds after which the server may be asked again; absent where asking again would change nothing. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { status, retryAfter }: { status?: number; retryAfter?: number } = {}) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** An error in one line of words. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/(?<!\s)\s*\n\s*/g, ' ');

/** The code of an error of the system, such as ENOENT. */
export const systemCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
