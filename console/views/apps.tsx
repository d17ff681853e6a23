import { App, listOf, Task } from '../../cli/api/responses.ts';
import { usePaged } from '../api/use-paged.ts';
import { usePolled } from '../api/use-polled.ts';
import { RelativeTime } from '../components/clock.tsx';
import { type Column, Head } from '../components/head.tsx';
import { More } from '../components/more.tsx';
import { Card, Empty, Loading, Page, ProblemAlert } from '../components/page.tsx';
import { Sparkline } from '../components/sparkline.tsx';
import { hrefOf } from '../routes.ts';
import { formatResources } from '../summary.ts';

const Tasks = listOf(Task);

/** Number of newest and of running tasks to read for all apps. */
const TASK_LIMIT = '100';

/** List of apps. Makes three requests, independent of the number of apps. */
export function AppsView({ space }: { readonly space: string }) {
  const apps = usePaged(App, { path: [space, 'apps'], query: { limit: '100' } });
  const recent = usePolled(Tasks, { path: [space, 'tasks'], query: { limit: TASK_LIMIT } });
  const query = { state: 'running', limit: TASK_LIMIT };
  const running = usePolled(Tasks, { path: [space, 'tasks'], query });
  const push = (
    <a class="button primary" href={hrefOf({ view: 'push', space })}>
      Push an app
    </a>
  );
  return (
    <Page of={{ view: 'apps', space }} actions={push}>
      {apps.problem !== undefined && <ProblemAlert problem={apps.problem} />}
      {apps.items === undefined && apps.problem === undefined && <Loading />}
      {apps.items?.length === 0 && (
        <Empty title="No apps yet">
          <p>An app is an image with a command and an environment. Tasks run on an app.</p>
          {push}
        </Empty>
      )}
      {apps.items !== undefined && apps.items.length > 0 && (
        <Card flush>
          <AppTable
            space={space}
            apps={apps.items}
            recent={recent.value?.items ?? []}
            running={running.value?.items}
            capped={running.value?.cursor !== undefined}
          />
          <More of={apps} />
        </Card>
      )}
    </Page>
  );
}

type AppTableProps = {
  readonly space: string;
  readonly apps: readonly App[];
  readonly recent: readonly Task[];
  readonly running: readonly Task[] | undefined;
  /** True where more tasks run than were read. */
  readonly capped: boolean;
};

const COLUMNS: readonly Column[] = [
  ['App'],
  ['Resources', 'wide'],
  ['Running', 'right'],
  ['Recent tasks'],
  ['Age', 'right wide'],
];

const AppTable = ({ space, apps, recent, running, capped }: AppTableProps) => (
  <table class="list" aria-label="Apps">
    <Head columns={COLUMNS} />
    <tbody>
      {apps.map((app) => {
        const count = running?.filter((task) => task.app === app.name).length;
        return (
          <tr key={app.name}>
            <td class="main">
              <a href={hrefOf({ view: 'app', space, app: app.name })}>{app.name}</a>
              {app.problems === undefined ? (
                <span class="sub muted">{app.image}</span>
              ) : (
                <span class="reason failed">Invalid app: no tasks can run.</span>
              )}
              {app.command !== undefined && <code class="command">{app.command}</code>}
            </td>
            <td class="wide muted">{formatResources(app.resources)}</td>
            <td class="right number">{count === undefined ? '…' : `${count}${capped ? '+' : ''}`}</td>
            <td>
              <Sparkline
                outcomes={recent.filter((task) => task.app === app.name)}
                none={`No runs among the newest ${TASK_LIMIT} tasks.`}
              />
            </td>
            <td class="right wide number">
              <RelativeTime time={app.createdAt} />
            </td>
          </tr>
        );
      })}
    </tbody>
  </table>
);
