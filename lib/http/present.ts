import type { App, BrokenApp } from '../domain/app.ts';
import { spell } from '../domain/spelling.ts';
import type { Page } from '../ports.ts';

/** An app as JSON. */
export function presentApp(app: App | BrokenApp) {
  const { space, name, createdAt } = app;
  return 'spec' in app
    ? { space, name, createdAt, ...spell(app.spec) }
    : { space, name, createdAt, problems: app.problems };
}

/** A part of a list; `cursor` asks for the next part, and is absent at the end. */
export const presentPage = <T, P>({ items, next }: Page<T>, present: (item: T) => P) => ({
  items: items.map(present),
  ...(next === undefined ? {} : { cursor: next }),
});
