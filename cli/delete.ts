import { UsageError } from './errors.ts';
import type { Context, Given } from './verb.ts';

type Deletion = {
  readonly path: readonly string[];
  readonly what: string;
  /** What is said once it is gone. */
  readonly done: string;
};

/** Deletes what is at `path`, once the user agrees: who is asked is at a terminal; a script says `--force`. */
export async function deleteAsked(
  { client, screen }: Context,
  given: Given,
  { path, what, done }: Deletion,
): Promise<undefined> {
  const agreed = given.isSet('force') || (await screen.confirm(`Really delete ${what}?`));
  if (agreed === undefined) {
    throw new UsageError('There is no terminal to ask on: give --force to delete without being asked.');
  }
  if (agreed) await client.tell({ method: 'DELETE', path });
  screen.line(agreed ? done : 'Nothing is deleted.');
}
