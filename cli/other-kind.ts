import * as v from 'valibot';
import type { Client } from './client.ts';
import { CliError } from './errors.ts';
import type { ParsedArgs } from './verb.ts';

const KINDS = [
  { kind: 'app', path: 'apps', see: (name: string) => `taskbridge app ${name}`, tasks: 'tasks' },
  { kind: 'job', path: 'jobs', see: (name: string) => `taskbridge job ${name}`, tasks: 'job-history' },
  { kind: 'task', path: 'tasks', see: (name: string) => `taskbridge task ${name}`, tasks: undefined },
] as const;

type Kind = (typeof KINDS)[number]['kind'];

/** Kinds of resources in the space that have this name. A request that fails counts as none. */
export async function kindsOf(client: Client, name: string): Promise<readonly Kind[]> {
  const found = await Promise.all(
    KINDS.map(async ({ kind, path }) => {
      try {
        await client.request(v.unknown(), { method: 'GET', path: [path, name] });
        return [kind];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

/** Adds to "not found" that the name is one of another kind, such as an app where a task is meant. */
export async function withOtherKind(error: unknown, client: Client, given: ParsedArgs): Promise<unknown> {
  if (!(error instanceof CliError) || error.status !== 404) return error;
  const names = [given.optionalArgument(0), given.optionalArgument(1)];
  const name = names.find((each) => each !== undefined && error.message.includes(`"${each}"`));
  if (name === undefined) return error;
  const kinds = await kindsOf(client, name);
  const hints = KINDS.filter(({ kind }) => kinds.includes(kind)).map(({ kind, see, tasks }) => {
    const more = tasks === undefined ? '' : `, and its tasks with "taskbridge ${tasks} ${name}"`;
    return `${name} is ${kind === 'app' ? 'an' : 'a'} ${kind}: see it with "${see(name)}"${more}.`;
  });
  return new CliError([error.message, ...hints].join(' '), { status: error.status });
}
