import { isSegment } from '../cli/api/request.ts';

/** Filter of a task list. */
export type TaskFilter = {
  readonly app?: string | undefined;
  readonly job?: string | undefined;
  readonly state?: string | undefined;
  /** Number of tasks to show and refresh. */
  readonly limit?: string | undefined;
};

/** View, named by the part of the URL after `#`, which works on any web server and is not sent to it. */
export type Route =
  | { readonly view: 'spaces' }
  | { readonly view: 'space' | 'apps' | 'jobs'; readonly space: string }
  | { readonly view: 'push' | 'create-job'; readonly space: string; readonly app?: string | undefined }
  | { readonly view: 'app'; readonly space: string; readonly app: string }
  | { readonly view: 'tasks'; readonly space: string; readonly filter: TaskFilter }
  | { readonly view: 'task'; readonly space: string; readonly task: string }
  | { readonly view: 'job'; readonly space: string; readonly job: string }
  | { readonly view: 'nothing' };

/** Parses the hash of a URL into its view; `nothing` for an unknown one. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [root = 'spaces', space, view, name, ...more] = path.split('/').filter(Boolean).map(decoded);
  const names = [space, name].filter((one) => one !== undefined);
  if (root !== 'spaces' || more.length > 0 || !names.every(isSegment)) return { view: 'nothing' };
  if (space === undefined) return { view: 'spaces' };
  const query = new URLSearchParams(search);
  return (
    (name === undefined ? spaceRoute(space, view, query) : resourceRoute(space, view, name)) ?? {
      view: 'nothing',
    }
  );
}

function spaceRoute(space: string, view: string | undefined, query: URLSearchParams): Route | undefined {
  const param = (key: string) => query.get(key) || undefined;
  switch (view) {
    case undefined:
      return { view: 'space', space };
    case 'apps':
    case 'jobs':
      return { view, space };
    case 'push':
    case 'create-job':
      return { view, space, app: param('app') };
    case 'tasks':
      return {
        view,
        space,
        filter: { app: param('app'), job: param('job'), state: param('state'), limit: param('limit') },
      };
    default:
      return undefined;
  }
}

function resourceRoute(space: string, view: string | undefined, name: string): Route | undefined {
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

/** Hash of a view, such as `#/spaces/team-a/jobs`. */
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

/** Title of a view, for its heading and the browser's tab. */
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
      return route.app === undefined ? 'Push an app' : `Edit ${route.app}`;
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

/** Link of the breadcrumb. */
export type Crumb = readonly [text: string, href: string];

/** Breadcrumb of a view, from its space on. */
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
