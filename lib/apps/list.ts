import { notFoundIn } from '../platform/errors.ts';
import type { Page } from '../platform/paginate.ts';
import type { App, InvalidApp } from './app.ts';
import type { Apps } from './apps.ts';

type ListApps = {
  readonly space: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** Lists the apps of a space by name. An invalid app has its problems instead of its fields. */
export const listApps = (
  { apps }: { readonly apps: Apps },
  { space, limit, cursor }: ListApps,
): Promise<Page<App | InvalidApp>> => apps.list(space, { limit, after: cursor });

/** Returns an app, valid or not. Throws `notFound`. */
export async function getApp(
  { apps }: { readonly apps: Apps },
  { space, app: name }: { space: string; app: string },
): Promise<App | InvalidApp> {
  const found = await apps.find(space, name);
  if (found === undefined) throw notFoundIn(space, `App "${name}"`);
  return found;
}

/** Port to the namespaces of the cluster. */
export type Spaces = {
  /** Returns names of the open namespaces, in no order. Throws `forbidden` where the role may not list them, and `unavailable`. */
  list(): Promise<readonly string[]>;
};

/** Lists the spaces that the caller may use, by name. */
export async function listSpaces(
  { spaces }: { readonly spaces: Spaces },
  { mayUse }: { readonly mayUse: (space: string) => boolean },
): Promise<readonly { readonly name: string }[]> {
  const names = await spaces.list();
  return names
    .filter(mayUse)
    .toSorted()
    .map((name) => ({ name }));
}
