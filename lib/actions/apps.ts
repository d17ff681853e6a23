import type { App, BrokenApp } from '../domain/app.ts';
import type { Page, Ports } from '../ports.ts';

export type ListApps = {
  readonly space: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** The apps of a space by name; one that someone wrote wrong past this API is listed with its problems. */
export const apps = ({ apps }: Ports, { space, limit, cursor }: ListApps): Promise<Page<App | BrokenApp>> =>
  apps.list(space, { limit, after: cursor });
