import type { App } from '../domain/app.ts';
import type { Ports } from '../ports.ts';

/** One app. Throws `notFound`. */
export const app = ({ apps }: Ports, { space, app: name }: { space: string; app: string }): Promise<App> =>
  apps.get(space, name);
