import { App, listOf, Task } from '../../cli/api/responses.ts';
import { usePaged } from '../api/use-paged.ts';
import { usePolled } from '../api/use-polled.ts';
import { RelativeTime } from '../components/clock.tsx';
import { type Column, Head } from '../components/head.tsx';
import { More } from '../components/more.tsx';
import { Card, Empty, Loading, Page, Refused } from '../components/page.tsx';
import { Strip } from '../components/sparkline.tsx';
import { hrefOf } from '../routes.ts';
import { resourcesInWords } from '../summary.ts';

const Tasks = listOf(Task);

/** Tasks that are looked at for what the apps did lately, and for what runs. */
const LOOKED_AT = '100';

/** What tasks run on. Three requests, however many apps there are. */
export function AppsView({ space }: { readonly space: string }) {
  const apps = usePaged(App, { path: [space, 'apps'], query: { limit: '100' } });
  const recent = usePolled(Tasks, { path: [space, 'tasks'], query: { limit: LOOKED_AT } });
  const query = { state: 'running', limit: LOOKED_AT };
  const running = usePolled(Tasks, { path: [space, 'tasks'], query });
  const push = (
    <a class="button primary" href={hrefOf({ view: 'push', space })}>
      Push an app
    </a>
  );
  return (
    <Page of={{ view: 'apps', space }} actions={push}>
      {apps.problem !== undefined && <Refused problem={apps.problem} />}
      {apps.items === undefined && apps.problem === undefined && <Loading />}
      {apps.items?.length === 0 && (
        <Empty title="No app yet">
          <p>An app is an image with its command and environment: what tasks run on.</p>
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
  /** More run than were looked at. */
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
                <span class="why failed">No task can run on it as it stands.</span>
              )}
              {app.command !== undefined && <code class="command">{app.command}</code>}
            </td>
            <td class="wide muted">{resourcesInWords(app.resources)}</td>
            <td class="right number">{count === undefined ? '…' : `${count}${capped ? '+' : ''}`}</td>
            <td>
              <Strip
                outcomes={recent.filter((task) => task.app === app.name)}
                none={`None of the newest ${LOOKED_AT} tasks is of it.`}
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
