import { UsageError } from './errors.ts';
import type { Context, ParsedArgs } from './verb.ts';

type Deletion = {
  readonly path: readonly string[];
  /** Name of the resource in the question, such as "the job report with its tasks". */
  readonly resource: string;
  /** Message after the deletion. */
  readonly done: string;
};

/**
 * Deletes the resource at `path` after confirmation, by a terminal or a pipe. Resolves to exit code 1 where it is declined.
 * Throws a usage error where there is no answer and no `--force`.
 */
export async function confirmAndDelete(
  { client, screen }: Context,
  given: ParsedArgs,
  { path, resource, done }: Deletion,
): Promise<number | undefined> {
  const confirmed = given.isSet('force') || (await screen.confirm(`Really delete ${resource}?`));
  if (confirmed === undefined) {
    throw new UsageError("Can't ask for confirmation without a terminal: use --force to delete.");
  }
  if (!confirmed) {
    screen.note('Delete cancelled.');
    return 1;
  }
  await client.send({ method: 'DELETE', path });
  screen.line(done);
  return undefined;
}
