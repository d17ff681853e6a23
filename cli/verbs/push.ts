import { App } from '../api/responses.ts';
import { warnOf } from '../api-warnings.ts';
import { UsageError } from '../errors.ts';
import { ENV, envOf, pairOf, present, RESOURCES, some } from '../flags.ts';
import type { ManifestApp } from '../manifest.ts';
import { VARIABLES } from '../manifest-flags.ts';
import type { ManifestJob } from '../manifest-jobs.ts';
import { appResourcesOf, PLACEMENT, placementOf } from '../placement-flags.ts';
import type { Context, Flag, ParsedArgs, Verb } from '../verb.ts';

const FLAGS: readonly Flag[] = [
  {
    flags: '-f, --manifest <file>',
    description: 'Cloud Foundry manifest',
  },
  { flags: '--no-manifest', description: "cf's and Kf's flag: the default here", hidden: true },
  ...VARIABLES,
  { flags: '-o, --docker-image <image>', description: 'image of the tasks' },
  {
    flags: '-p, --path <path>',
    description: 'source to build: a folder, zip, jar, war or tar.gz',
  },
  {
    flags: '--build-env <NAME=VALUE>',
    description: "variable of the build, such as BP_… (pack's --env)",
    repeatable: true,
  },
  { flags: '--rebuild', description: 'build again, even if the source is unchanged' },
  { flags: '--no-wait', description: 'do not follow the build' },
  {
    flags: '--workspace <mode>',
    description: "/workspace of the tasks: the image's files, or empty",
    choices: ['copy', 'empty'],
  },
  { flags: '-c, --command <text>', description: 'default start command of the tasks' },
  {
    flags: '--entrypoint <program>',
    description: 'program that runs the command (default: /bin/sh -c)',
    repeatable: true,
  },
  ENV,
  {
    flags: '--service <NAME=SECRET>',
    description: 'service, and the Secret of its binding if not NAME',
    repeatable: true,
  },
  ...RESOURCES,
  ...PLACEMENT,
  { flags: '--service-account <name>', description: 'service account of the tasks' },
  { flags: '--security-group <name>', description: 'security group of the tasks', repeatable: true },
  { flags: '--label <KEY=VALUE>', description: "label on the tasks' pods", repeatable: true },
  { flags: '--task-timeout <time>', description: 'timeout of a task, such as 1h30m' },
  { flags: '--pending-timeout <time>', description: 'a task that has not started by then is cancelled' },
  { flags: '--max-running <number>', description: 'maximum of running tasks; more are queued' },
  { flags: '--task-retention <number>', description: 'number of finished tasks to keep' },
  { flags: '--task', description: "cf's and Kf's flag: the default here", hidden: true },
];

export const push: Verb = {
  name: 'push',
  aliases: ['p'],
  group: 'Apps',
  summary: 'create or replace an app, which tasks run on',
  more: 'The whole app is replaced: a setting without a flag is reset. Jobs of the manifest are applied after that, as by apply. Repeat --entrypoint for each of its arguments.',
  args: [
    {
      name: '[app]',
      description: 'name of the app (default: all apps of the manifest)',
    },
  ],
  flags: FLAGS,
  examples: [
    ['push billing -o registry.example/billing:1', 'from an image'],
    [
      'push billing -o registry.example/billing:1 -c bin/migrate -e A=b --service orders -m 512M',
      'with a start command, a variable, a service and its memory',
    ],
    ['push billing --task --path .', 'built from this folder, except for what .kfignore excludes'],
    ['push billing --path . --build-env BP_NODE_VERSION=22 --rebuild', 'built again, with a build variable'],
    ['push -f manifest.yml', 'all apps of a Cloud Foundry manifest'],
    [
      'push -f manifest.yml --vars-file test.yml --var memory=1G',
      'with the values of its variables, as ((memory))',
    ],
  ],
  run: async (context, given) => {
    let worst: number | undefined;
    for (const app of await appsOf(given)) {
      worst = (await pushApp(context, given, app)) ?? worst;
      if (app.jobs !== undefined) await pushJobs(context, { name: app.name, jobs: app.jobs });
    }
    return worst;
  },
};

const pushJobs = async (
  context: Context,
  app: { readonly name: string; readonly jobs: readonly ManifestJob[] },
) => (await import('../apply-file.ts')).applyPushed(context, app);

async function pushApp(context: Context, given: ParsedArgs, app: ManifestApp): Promise<number | undefined> {
  const { name, spec, path, warnings } = app;
  const { client, screen } = context;
  for (const warning of warnings) screen.warn(`app ${name}: ${warning}.`);
  if (path !== undefined) {
    const { pushSource } = await import('../push-source.ts');
    return pushSource(context, { app: name, spec, path, ...buildFlagsOf(given) });
  }
  const { value } = await client.request(App, { method: 'PUT', path: ['apps', name], body: spec });
  warnOf(context, `app ${value.name}`, value.warnings);
  screen.line(`App ${name} is pushed.`);
  return undefined;
}

/** Apps to push. Validates all of them, so that an invalid manifest pushes none. */
async function appsOf(given: ParsedArgs): Promise<readonly ManifestApp[]> {
  const name = given.optionalArgument(0);
  const file = given.text('manifest');
  const flags = specOf(given);
  const apps = file === undefined ? bareApp(name) : await fromFile(given, file, name);
  if (apps.length > 1 && Object.keys(flags).length > 0) {
    throw new UsageError('The manifest has several apps: name the app to apply the flags to.');
  }
  const path = given.text('path');
  if (path !== undefined && 'image' in flags) {
    throw new UsageError('Specify either --docker-image or --path, not both.');
  }
  if (path !== undefined && apps.length > 1) {
    throw new UsageError('The manifest has several apps: name the app to apply --path to.');
  }
  const pushed = apps.map((app) => withFlags(app, flags, path));
  const bare = pushed.find((app) => app.path === undefined && !('image' in app.spec));
  if (bare !== undefined) {
    throw new UsageError(
      `App ${bare.name} needs an image or a source: use --docker-image IMAGE, or --path DIR to build one.`,
    );
  }
  if (BUILD_FLAGS.some((flag) => given.isSet(flag)) && pushed.every((app) => app.path === undefined)) {
    throw new UsageError('--build-env, --rebuild and --no-wait apply to a build: add --path DIR.');
  }
  return pushed;
}

const BUILD_FLAGS = ['build-env', 'rebuild', 'no-wait'];

/** Merges flags into an app of a manifest. Flags override it, and an image flag replaces its source. */
function withFlags(app: ManifestApp, flags: Record<string, unknown>, path: string | undefined): ManifestApp {
  const { image, ...spec } = { image: undefined, ...app.spec, ...flags };
  if (path !== undefined) return { ...app, spec, path };
  return image === undefined
    ? { ...app, spec }
    : { ...app, spec: { image, ...spec }, path: 'image' in flags ? undefined : app.path };
}

const buildFlagsOf = (given: ParsedArgs) => ({
  env: envOf(given, 'build-env'),
  rebuild: given.isSet('rebuild'),
  follow: !given.isSet('no-wait'),
});

const fromFile = async (given: ParsedArgs, file: string, name: string | undefined) =>
  (await import('../manifest.ts')).readManifestFile(given, file, name);

function bareApp(name: string | undefined): readonly ManifestApp[] {
  if (name === undefined) throw new UsageError('Specify the name of an app, or --manifest FILE.');
  return [{ name, spec: {}, warnings: [] }];
}

const specOf = (given: ParsedArgs) =>
  present({
    image: given.text('docker-image'),
    workspace: given.text('workspace'),
    command: given.text('command'),
    entrypoint: some(given.texts('entrypoint')),
    env: envOf(given),
    services: some(given.texts('service').map(serviceOf)),
    resources: appResourcesOf(given),
    placement: placementOf(given),
    serviceAccountName: given.text('service-account'),
    securityGroups: some(given.texts('security-group')),
    labels: given.isSet('label')
      ? Object.fromEntries(given.texts('label').map((text) => pairOf('--label', text)))
      : undefined,
    taskTimeout: given.text('task-timeout'),
    pendingTimeout: given.text('pending-timeout'),
    maxRunning: given.count('max-running'),
    taskRetention: given.count('task-retention'),
  });

function serviceOf(text: string) {
  const [name, secretName] = text.includes('=') ? pairOf('--service', text) : [text, text];
  return { name, secretName };
}
