import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { messageOf, UsageError } from './errors.ts';
import { present } from './flags.ts';

const Size = v.union([v.string(), v.number()]);
const Process = v.looseObject({
  type: v.string(),
  command: v.optional(v.string()),
  memory: v.optional(Size),
  disk_quota: v.optional(Size),
});
const Application = v.looseObject({
  name: v.string(),
  docker: v.optional(v.looseObject({ image: v.string() })),
  path: v.optional(v.string()),
  env: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
  memory: v.optional(Size),
  disk_quota: v.optional(Size),
  services: v.optional(v.array(v.union([v.string(), v.looseObject({ name: v.string() })]))),
  command: v.optional(v.string()),
  task: v.optional(v.boolean()),
  processes: v.optional(v.array(Process)),
});
const Manifest = v.looseObject({ applications: v.array(Application) });

/** App of a Cloud Foundry manifest in the form that `push` sends, with its unsupported fields. */
export type ManifestApp = {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Absolute path of the folder or file to build the image from. */
  readonly path?: string | undefined;
  /** Paths of fields that are ignored. */
  readonly unsupported: readonly string[];
};

/**
 * Parses a Cloud Foundry manifest. The command and sizes of a process of type `task` override the app's own. Throws a
 * usage error that names the field where the manifest is invalid, and for variables, which are not supported.
 */
export async function readManifest(text: string, file: string): Promise<readonly ManifestApp[]> {
  const parsed = v.safeParse(Manifest, await yamlOf(text, file));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new UsageError(
      `${file} is not a valid manifest: ${v.getDotPath(issue) ?? 'top level'}: ${issue.message}.`,
    );
  }
  const variable = /\(\([\w./-]+\)\)/.exec(text)?.[0];
  if (variable !== undefined)
    throw new UsageError(`${file}: variables are not supported: replace ${variable} with a value.`);
  const topLevel = unknownOf('', parsed.output, ['applications', 'version']);
  return parsed.output.applications.map((app, at) => ({
    name: app.name,
    spec: specOf(app),
    path: pathOf(app, file),
    unsupported: [...(at === 0 ? topLevel : []), ...unsupportedOf(app)],
  }));
}

async function yamlOf(text: string, file: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  try {
    const document = parseDocument(text, { merge: true });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS();
  } catch (error) {
    throw new UsageError(`${file} is not valid YAML: ${messageOf(error)}`);
  }
}

type Application = v.InferOutput<typeof Application>;

function specOf(app: Application): Record<string, unknown> {
  const task = app.processes?.find(({ type }) => type === 'task');
  const resources = present({
    memory: task?.memory ?? app.memory,
    disk: task?.disk_quota ?? app.disk_quota,
  });
  return present({
    image: app.docker?.image,
    command: task?.command ?? app.command,
    env: app.env && Object.entries(app.env).map(([name, value]) => ({ name, value: String(value) })),
    services: app.services?.map(serviceOf),
    resources: Object.keys(resources).length === 0 ? undefined : resources,
  });
}

/** Resolves the app's path relative to the manifest. Throws a usage error where the app has an image too. */
function pathOf({ name, path, docker }: Application, file: string): string | undefined {
  if (path === undefined) return undefined;
  if (docker !== undefined) {
    throw new UsageError(`${file}: app ${name} has both docker and path: remove one of them.`);
  }
  return resolve(dirname(file), path);
}

/** Service whose binding is in the Secret of the same name. */
function serviceOf(service: string | { readonly name: string }) {
  const name = typeof service === 'string' ? service : service.name;
  return { name, secretName: name };
}

const unknownOf = (path: string, fields: object, known: readonly string[]): string[] =>
  Object.keys(fields)
    .filter((field) => !known.includes(field))
    .map((field) => `${path}${field}`);

function unsupportedOf({
  docker = { image: '' },
  services = [],
  processes = [],
  ...app
}: Application): string[] {
  const known = ['name', 'path', 'env', 'memory', 'disk_quota', 'command', 'task'];
  return [
    ...unknownOf('', app, known),
    ...unknownOf('docker.', docker, ['image']),
    ...services.flatMap((service, at) =>
      typeof service === 'string' ? [] : unknownOf(`services[${at}].`, service, ['name']),
    ),
    ...processes.flatMap((one, at) =>
      one.type === 'task'
        ? unknownOf(`processes[${at}].`, one, ['type', 'command', 'memory', 'disk_quota'])
        : [`processes[${at}] (type ${one.type})`],
    ),
  ];
}
