import type { App, BrokenApp } from '../domain/app.ts';
import type { Ports } from '../ports.ts';

/** One app, be it one that no task can run on: it says what is wrong. Throws `notFound`. */
export const app = (
  { apps }: Ports,
  { space, app: name }: { space: string; app: string },
): Promise<App | BrokenApp> => apps.stored(space, name);
