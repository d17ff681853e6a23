import { conflict, type DomainError } from './errors.ts';

/** Limit of attempts in a row; far more than an object has concurrent writers. */
const MAX_ATTEMPTS = 10;

/**
 * Updates an object with optimistic locking, as client-go's `RetryOnConflict`: `write` updates the object that `read`
 * returned, or returns `conflict` on a conflict, after which it is read again. Returns `conflict` after ten conflicts.
 * `read` receives the number of reads before it, so that a caller may start with an object that it has.
 */
export async function retryOnConflict<T, R>(
  read: (reads: number) => Promise<T> | T,
  write: (current: T) => Promise<R | 'conflict'>,
): Promise<R | 'conflict'> {
  for (let reads = 0; reads < MAX_ATTEMPTS; reads += 1) {
    const written = await write(await read(reads));
    if (written !== 'conflict') return written;
  }
  return 'conflict';
}

/** Error for an object, such as `App "billing"`, whose every write met a conflict. */
export const contended = (what: string): DomainError =>
  conflict(`${what} is being changed by others all the time. Try again.`);
