import { conflict, type DomainError } from './errors.ts';

/** As many writers of one object as may be met in a row: far more than write one at a time. */
const MAX_ATTEMPTS = 10;

/**
 * Changes an object that others write too (client-go's `RetryOnConflict`): `write` changes what `read` gave and answers
 * `overtaken` where somebody else wrote it first; then it is read again. Returns `overtaken` when that happened ten times.
 * `read` gets the number of reads before it, for a caller that begins with what it has.
 */
export async function retryOnConflict<T, R>(
  read: (reads: number) => Promise<T> | T,
  write: (current: T) => Promise<R | 'overtaken'>,
): Promise<R | 'overtaken'> {
  for (let reads = 0; reads < MAX_ATTEMPTS; reads += 1) {
    const written = await write(await read(reads));
    if (written !== 'overtaken') return written;
  }
  return 'overtaken';
}

/** The error for an object, such as `App "billing"`, whose every write was overtaken. */
export const contended = (what: string): DomainError =>
  conflict(`${what} is being changed by others all the time. Try again.`);
