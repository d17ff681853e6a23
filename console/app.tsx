import { useEffect, useRef, useState } from 'preact/hooks';
import { SignInView, UserMenu } from './auth/sign-in.tsx';
import type { SignIn } from './auth/user.ts';
import { Notice, ReachBanner } from './components/notice.tsx';
import { Page } from './components/page.tsx';
import { hrefOf, parseRoute, type Route, titleOf } from './routes.ts';
import { useStore } from './store.ts';
import { AppView } from './views/app.tsx';
import { AppsView } from './views/apps.tsx';
import { CreateJobView } from './views/create-job.tsx';
import { JobView } from './views/job.tsx';
import { JobsView } from './views/jobs.tsx';
import { PushView } from './views/push.tsx';
import { SpaceView } from './views/space.tsx';
import { SpacesView } from './views/spaces.tsx';
import { TaskView } from './views/task.tsx';
import { TasksView } from './views/tasks.tsx';

/** Root of the console: the navigation and the current view. */
export function Console({ signIn }: { readonly signIn: SignIn }) {
  const route = useRoute();
  const user = useStore(signIn.user);
  useFocusOnView(route);
  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.querySelector<HTMLElement>('main h1')?.focus()}
      >
        Skip to content
      </button>
      <Header route={route} signIn={signIn} />
      <ReachBanner />
      <main id="main">
        {user.state === 'out' ? <SignInView signIn={signIn} /> : <View key={keyOf(route)} route={route} />}
      </main>
      <Notice />
    </>
  );
}

/** Key of a view. Filters are not part of it, so that a filtered list is still the same view. */
const keyOf = (route: Route): string =>
  route.view === 'tasks' ? `tasks ${route.space}` : JSON.stringify(route);

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const update = (): void => setHash(location.hash);
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  return parseRoute(hash);
}

/** Focuses the heading of a new view, so that screen readers announce it and the keyboard starts there. */
function useFocusOnView(route: Route): void {
  const key = keyOf(route);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${titleOf(route)} · Taskbridge`;
    if (!first.current) {
      document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
      scrollTo({ top: 0 });
    }
    first.current = false;
  }, [key]);
}

function View({ route }: { readonly route: Route }) {
  switch (route.view) {
    case 'spaces':
      return <SpacesView />;
    case 'space':
      return <SpaceView space={route.space} />;
    case 'apps':
      return <AppsView space={route.space} />;
    case 'app':
      return <AppView space={route.space} app={route.app} />;
    case 'push':
      return <PushView space={route.space} app={route.app} />;
    case 'tasks':
      return <TasksView space={route.space} filter={route.filter} />;
    case 'task':
      return <TaskView space={route.space} task={route.task} />;
    case 'jobs':
      return <JobsView space={route.space} />;
    case 'job':
      return <JobView space={route.space} job={route.job} />;
    case 'create-job':
      return <CreateJobView space={route.space} app={route.app} />;
    case 'nothing':
      return (
        <Page of={route}>
          <p>
            Page not found. <a href={hrefOf({ view: 'spaces' })}>All spaces</a>
          </p>
        </Page>
      );
  }
}

/** Section of the navigation that a view belongs to. */
const SECTION: Readonly<Record<Route['view'], string>> = {
  spaces: 'Spaces',
  nothing: '',
  space: 'Overview',
  apps: 'Apps',
  app: 'Apps',
  push: 'Apps',
  tasks: 'Tasks',
  task: 'Tasks',
  jobs: 'Jobs',
  job: 'Jobs',
  'create-job': 'Jobs',
};

function Header({ route, signIn }: { readonly route: Route; readonly signIn: SignIn }) {
  const space = 'space' in route ? route.space : undefined;
  return (
    <header class="top">
      <a class="brand" href={hrefOf({ view: 'spaces' })}>
        <img src="icon.svg" alt="" width="22" height="22" />
        Taskbridge
      </a>
      {space !== undefined && (
        <>
          <a class="space" href={hrefOf({ view: 'spaces' })} title="Switch space">
            <span class="unseen">Space </span>
            {space}
          </a>
          <nav aria-label={`Space ${space}`}>
            {sectionsOf(space).map(([text, href]) => (
              <a
                key={text}
                class="section"
                href={href}
                aria-current={SECTION[route.view] === text ? 'page' : undefined}
              >
                {text}
              </a>
            ))}
          </nav>
        </>
      )}
      <UserMenu signIn={signIn} />
    </header>
  );
}

const sectionsOf = (space: string) =>
  [
    ['Overview', hrefOf({ view: 'space', space })],
    ['Apps', hrefOf({ view: 'apps', space })],
    ['Tasks', hrefOf({ view: 'tasks', space, filter: {} })],
    ['Jobs', hrefOf({ view: 'jobs', space })],
  ] as const;
