/** What a task list shows. */
export type TaskFilter = {
  readonly app?: string | undefined;
  readonly job?: string | undefined;
  readonly state?: string | undefined;
  /** How many are shown and kept fresh. */
  readonly limit?: string | undefined;
};

/** A view, as the part of the address behind `#` names it: any web server serves that, and no server sees it. */
export type Route =
  | { readonly view: 'spaces' }
  | { readonly view: 'space' | 'apps' | 'jobs'; readonly space: string }
  | { readonly view: 'push' | 'create-job'; readonly space: string; readonly app?: string | undefined }
  | { readonly view: 'app'; readonly space: string; readonly app: string }
  | { readonly view: 'tasks'; readonly space: string; readonly filter: TaskFilter }
  | { readonly view: 'task'; readonly space: string; readonly task: string }
  | { readonly view: 'job'; readonly space: string; readonly job: string }
  | { readonly view: 'nothing' };

/** The view that an address means; `nothing` where it means none. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [root = 'spaces', space, view, name, ...more] = path.split('/').filter(Boolean).map(decoded);
  if (root !== 'spaces' || more.length > 0) return { view: 'nothing' };
  if (space === undefined) return { view: 'spaces' };
  const query = new URLSearchParams(search);
  return (
    (name === undefined ? ofSpace(space, view, query) : ofThing(space, view, name)) ?? { view: 'nothing' }
  );
}

function ofSpace(space: string, view: string | undefined, query: URLSearchParams): Route | undefined {
  const given = (key: string) => query.get(key) || undefined;
  switch (view) {
    case undefined:
      return { view: 'space', space };
    case 'apps':
    case 'jobs':
      return { view, space };
    case 'push':
    case 'create-job':
      return { view, space, app: given('app') };
    case 'tasks':
      return {
        view,
        space,
        filter: { app: given('app'), job: given('job'), state: given('state'), limit: given('limit') },
      };
    default:
      return undefined;
  }
}

function ofThing(space: string, view: string | undefined, name: string): Route | undefined {
  if (view === 'apps') return { view: 'app', space, app: name };
  if (view === 'tasks') return { view: 'task', space, task: name };
  return view === 'jobs' ? { view: 'job', space, job: name } : undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The address of a view. */
export function hrefOf(route: Route): string {
  switch (route.view) {
    case 'spaces':
    case 'nothing':
      return '#/spaces';
    case 'space':
      return address([route.space]);
    case 'apps':
    case 'jobs':
      return address([route.space, route.view]);
    case 'push':
    case 'create-job':
      return address([route.space, route.view], { app: route.app });
    case 'app':
      return address([route.space, 'apps', route.app]);
    case 'tasks':
      return address([route.space, 'tasks'], route.filter);
    case 'task':
      return address([route.space, 'tasks', route.task]);
    case 'job':
      return address([route.space, 'jobs', route.job]);
  }
}

function address(path: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) search.set(key, value);
  const text = search.size === 0 ? '' : `?${search}`;
  return `#/spaces/${path.map(encodeURIComponent).join('/')}${text}`;
}

/** The view's title, for its heading and the browser's tab. */
export function titleOf(route: Route): string {
  switch (route.view) {
    case 'spaces':
      return 'Spaces';
    case 'space':
      return route.space;
    case 'apps':
      return 'Apps';
    case 'jobs':
      return 'Jobs';
    case 'tasks':
      return 'Tasks';
    case 'push':
      return route.app === undefined ? 'Push an app' : `Change ${route.app}`;
    case 'create-job':
      return 'Create a job';
    case 'app':
      return route.app;
    case 'task':
      return route.task;
    case 'job':
      return route.job;
    case 'nothing':
      return 'Not found';
  }
}

export type Crumb = readonly [text: string, href: string];

/** The way to a view, from its space on. */
export function crumbsOf(route: Route): readonly Crumb[] {
  switch (route.view) {
    case 'spaces':
    case 'nothing':
      return [];
    case 'space':
      return [crumb({ view: 'spaces' })];
    case 'apps':
    case 'jobs':
    case 'tasks':
      return [crumb({ view: 'space', space: route.space })];
    case 'app':
    case 'push':
      return below({ view: 'apps', space: route.space });
    case 'task':
      return below({ view: 'tasks', space: route.space, filter: {} });
    case 'job':
    case 'create-job':
      return below({ view: 'jobs', space: route.space });
  }
}

const crumb = (route: Route): Crumb => [titleOf(route), hrefOf(route)];

const below = (list: Route): readonly Crumb[] => [...crumbsOf(list), crumb(list)];
