import { readFile } from 'node:fs/promises';
import { App } from '../../client/answers.ts';
import { messageOf, UsageError } from '../errors.ts';
import { present, RESOURCES, resourcesOf } from '../flags.ts';
import { type ManifestApp, readManifest } from '../manifest.ts';
import type { Context, Flag, Given, Verb } from '../verb.ts';

const FLAGS: readonly Flag[] = [
  {
    flags: '-f, --manifest <file>',
    what: 'the apps of a Cloud Foundry manifest; it says what of it has no meaning here',
  },
  { flags: '-o, --docker-image <image>', what: 'the image of its tasks' },
  {
    flags: '-p, --path <path>',
    what: 'the folder, or the zip, jar, war or tar.gz, that its image is built of',
  },
  {
    flags: '--build-env <NAME=VALUE>',
    what: "a variable of the build, such as BP_…; pack's --env, which is the tasks' here as in cf",
    repeatable: true,
  },
  { flags: '--rebuild', what: 'build again what was built' },
  { flags: '--no-wait', what: 'do not follow the build' },
  {
    flags: '--workspace <what>',
    what: "of an image with files in /workspace: copy has them there, empty doesn't",
    choices: ['copy', 'empty'],
  },
  { flags: '-c, --command <text>', what: 'start command of tasks that give none' },
  {
    flags: '--entrypoint <program>',
    what: 'what the command is an argument of; repeat it for each part (/bin/sh -c unless given)',
    repeatable: true,
  },
  { flags: '-e, --env <NAME=VALUE>', what: 'a variable', repeatable: true },
  {
    flags: '--service <NAME=SECRET>',
    what: 'a service by the Secret of its binding; NAME alone where both are the same',
    repeatable: true,
  },
  ...RESOURCES,
  { flags: '--service-account <name>', what: 'the service account of its tasks' },
  { flags: '--security-group <name>', what: 'a security group of its tasks', repeatable: true },
  { flags: '--label <KEY=VALUE>', what: 'a label on the pods of its tasks', repeatable: true },
  { flags: '--task-timeout <time>', what: 'a task ends after this, such as 1h30m' },
  { flags: '--pending-timeout <time>', what: "a task that can't start by then is cancelled" },
  { flags: '--max-running <number>', what: 'more tasks wait' },
  { flags: '--task-retention <number>', what: 'so many ended tasks are kept' },
  { flags: '--task', what: "cf's and Kf's: every app here is one for tasks", hidden: true },
];

export const push: Verb = {
  name: 'push',
  aliases: ['p'],
  group: 'Apps',
  summary: 'make an app, which tasks run on, or replace it',
  more: 'An app is replaced whole: what is not given is as if it had never been.',
  args: [{ name: '[app]', what: 'its name; with a manifest, all of its apps unless given' }],
  flags: FLAGS,
  examples: [
    ['push billing -o registry.example/billing:1', 'an image with a shell'],
    [
      'push billing -o registry.example/billing:1 -c bin/migrate -e A=b --service orders -m 512M',
      'with a start command, a variable, a service and its memory',
    ],
    ['push billing --task --path .', 'built of this folder, without what .kfignore names'],
    ['push billing --path . --build-env BP_NODE_VERSION=22 --rebuild', 'built again, with a variable'],
    ['push -f manifest.yml', 'each app of a Cloud Foundry manifest'],
  ],
  run: async (context, given) => {
    let worst: number | undefined;
    for (const app of await appsOf(given)) worst = (await pushApp(context, given, app)) ?? worst;
    return worst;
  },
};

async function pushApp(context: Context, given: Given, app: ManifestApp): Promise<number | undefined> {
  const { name, spec, path, unsupported } = app;
  const { client, screen } = context;
  if (unsupported.length > 0) {
    screen.warn(`app ${name}: not supported, and left out: ${unsupported.join(', ')}.`);
  }
  if (path !== undefined) {
    const { pushSource } = await import('../push-source.ts');
    return pushSource(context, { app: name, spec, path, ...buildFlagsOf(given) });
  }
  await client.ask(App, { method: 'PUT', path: ['apps', name], body: spec });
  screen.line(`App ${name} is pushed.`);
  return undefined;
}

/** All are looked at before the first is pushed: a manifest that is wrong leaves nothing half done. */
async function appsOf(given: Given): Promise<readonly ManifestApp[]> {
  const name = given.optionalArgument(0);
  const file = given.text('manifest');
  const flags = specOf(given);
  const apps = file === undefined ? bareApp(name) : await fromFile(file, name);
  if (apps.length > 1 && Object.keys(flags).length > 0) {
    throw new UsageError('The manifest has several apps: name the one that the flags are for.');
  }
  const path = given.text('path');
  if (path !== undefined && 'image' in flags) {
    throw new UsageError('--docker-image and --path are given: an app has an image or a source. Give one.');
  }
  if (path !== undefined && apps.length > 1) {
    throw new UsageError('The manifest has several apps: name the one that --path is for.');
  }
  const pushed = apps.map((app) => chosenOf(app, flags, path));
  const bare = pushed.find((app) => app.path === undefined && !('image' in app.spec));
  if (bare !== undefined) {
    throw new UsageError(
      `App ${bare.name} needs an image or a source: give --docker-image IMAGE, or --path DIR to build one.`,
    );
  }
  if (BUILD_FLAGS.some((flag) => given.isSet(flag)) && pushed.every((app) => app.path === undefined)) {
    throw new UsageError('--build-env, --rebuild and --no-wait are of a build: give --path DIR too.');
  }
  return pushed;
}

const BUILD_FLAGS = ['build-env', 'rebuild', 'no-wait'];

/** A flag goes before what the manifest says, also where that says source and the flag an image. */
function chosenOf(app: ManifestApp, flags: Record<string, unknown>, path: string | undefined): ManifestApp {
  const { image, ...spec } = { image: undefined, ...app.spec, ...flags };
  if (path !== undefined) return { ...app, spec, path };
  return image === undefined
    ? { ...app, spec }
    : { ...app, spec: { image, ...spec }, path: 'image' in flags ? undefined : app.path };
}

const buildFlagsOf = (given: Given) => ({
  env: some(given.texts('build-env').map((text) => named(pairOf('--build-env', text)))),
  rebuild: given.isSet('rebuild'),
  follow: !given.isSet('no-wait'),
});

function bareApp(name: string | undefined): readonly ManifestApp[] {
  if (name === undefined) throw new UsageError('Give the name of an app, or --manifest FILE.');
  return [{ name, spec: {}, unsupported: [] }];
}

async function fromFile(file: string, name: string | undefined): Promise<readonly ManifestApp[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The manifest can't be read: ${messageOf(error)}.`);
  });
  const apps = await readManifest(text, file);
  const chosen = apps.filter((app) => name === undefined || app.name === name);
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    `${file} has no app "${name ?? ''}": it has ${apps.map((app) => app.name).join(', ')}.`,
  );
}

const specOf = (given: Given) =>
  present({
    image: given.text('docker-image'),
    workspace: given.text('workspace'),
    command: given.text('command'),
    entrypoint: some(given.texts('entrypoint')),
    env: some(given.texts('env').map((text) => named(pairOf('--env', text)))),
    services: some(given.texts('service').map(serviceOf)),
    resources: resourcesOf(given),
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

const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

/** The first "=" parts them: a value may hold more. */
function pairOf(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${flag} "${text}" is no NAME=VALUE: write ${flag} NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

const named = ([name, value]: readonly [string, string]) => ({ name, value });

function serviceOf(text: string) {
  const [name, secretName] = text.includes('=') ? pairOf('--service', text) : [text, text];
  return { name, secretName };
}
