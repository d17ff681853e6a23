import { placementTexts } from '../api/placement.ts';
import { App } from '../api/responses.ts';
import { warnOf } from '../api-warnings.ts';
import { appColumns } from '../columns.ts';
import { OUTPUT, showOne } from '../output.ts';
import type { Verb } from '../verb.ts';

export const app: Verb = {
  name: 'app',
  group: 'Apps',
  summary: 'show one app',
  args: [{ name: '<app>', description: 'name of the app' }],
  flags: [OUTPUT],
  examples: [['app billing -o yaml', 'all fields']],
  run: async (context, given) => {
    const path = ['apps', given.argument(0)];
    const { value: item, raw } = await context.client.request(App, { method: 'GET', path });
    const columns = [
      ...appColumns(context),
      { title: 'GPU', value: ({ resources }: App) => resources.gpu?.toString() },
      { title: 'NodeSelector', value: ({ placement }: App) => placementTexts(placement).nodeSelector },
      { title: 'Tolerations', value: ({ placement }: App) => placementTexts(placement).tolerations },
      { title: 'PriorityClass', value: ({ placement }: App) => placement?.priorityClassName },
      { title: 'RuntimeClass', value: ({ placement }: App) => placement?.runtimeClassName },
      { title: 'Build', value: buildOf },
      { title: 'Processes', value: ({ builtImage }: App) => builtImage?.processes.join(', ') },
      { title: 'Problems', value: problemsOf },
    ];
    warnOf(context, `app ${item.name}`, item.warnings);
    await showOne(context, given, { item, raw, columns });
    return undefined;
  },
};

/** Problems to fix in an app that was written with kubectl. */
const problemsOf = ({ problems }: App): string | undefined =>
  problems?.map(({ field, message }) => `${field}: ${message}`).join(' ');

/** Newest build of the app, with the reason of a failure. */
const buildOf = ({ build }: App): string | undefined =>
  build &&
  [build.name, build.state, build.reason && `(${build.reason})`, build.message].filter(Boolean).join(' ');
