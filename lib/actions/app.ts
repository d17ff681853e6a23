import type { App, BrokenApp } from '../domain/app.ts';
import { notFoundIn } from '../domain/errors.ts';
import type { Ports } from '../ports.ts';

/** One app, be it one that no task can run on: it says what is wrong. Throws `notFound`. */
export async function app(
  { apps }: Ports,
  { space, app: name }: { space: string; app: string },
): Promise<App | BrokenApp> {
  const found = await apps.find(space, name);
  if (found === undefined) throw notFoundIn(space, `App "${name}"`);
  return found;
}
