import type { App, BrokenApp } from '../domain/app.ts';
import type { AppBuild } from '../domain/build.ts';
import { spell } from '../domain/spelling.ts';
import type { Task } from '../domain/task.ts';
import type { Page } from '../ports.ts';
import type { Reply } from './reply.ts';

/** An app as JSON. */
export function presentApp(app: App | BrokenApp) {
  const { space, name, createdAt } = app;
  return 'spec' in app
    ? {
        ...{ space, name, createdAt },
        ...spell(app.spec),
        ...(app.build === undefined ? {} : { build: presentBuildOf(app.build) }),
        ...(app.built === undefined ? {} : { builtImage: app.built }),
      }
    : { space, name, createdAt, problems: app.problems };
}

/** The newest build of an app, without what tells Taskbridge whether it is of this source. */
const presentBuildOf = ({ id, ...build }: AppBuild) => build;

/** The answer to a task that was started, or that a repeated request found. */
export const presentStarted = (
  space: string,
  { outcome, task }: { readonly outcome: 'started' | 'repeated'; readonly task: Task },
): Reply => ({
  status: outcome === 'started' ? 201 : 200,
  headers: { location: `/v1/spaces/${space}/tasks/${task.name}` },
  body: task,
});

/** A part of a list; `cursor` asks for the next part, and is absent at the end. */
export const presentPage = <T, P>({ items, next }: Page<T>, present: (item: T) => P) => ({
  items: items.map(present),
  ...(next === undefined ? {} : { cursor: next }),
});
