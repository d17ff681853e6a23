import { notFoundIn } from '../platform/errors.ts';
import type { Page } from '../platform/paginate.ts';
import type { App, InvalidApp } from './app.ts';
import type { Apps } from './apps.ts';

type ListApps = {
  readonly space: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** The apps of a space by name; one that someone wrote wrong past this API is listed with its problems. */
export const apps = (
  { apps }: { readonly apps: Apps },
  { space, limit, cursor }: ListApps,
): Promise<Page<App | InvalidApp>> => apps.list(space, { limit, after: cursor });

/** One app, be it one that no task can run on: it says what is wrong. Throws `notFound`. */
export async function app(
  { apps }: { readonly apps: Apps },
  { space, app: name }: { space: string; app: string },
): Promise<App | InvalidApp> {
  const found = await apps.find(space, name);
  if (found === undefined) throw notFoundIn(space, `App "${name}"`);
  return found;
}
