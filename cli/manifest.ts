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

/** An app of a Cloud Foundry manifest, as `push` sends it, and what of it has no meaning here. */
export type ManifestApp = {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** The folder or file that its image is built of. */
  readonly path?: string | undefined;
  /** Paths of fields that are left out. */
  readonly unsupported: readonly string[];
};

/**
 * The apps of a Cloud Foundry manifest. A process of type `task` goes before the app's own command and sizes. Throws a
 * usage error that names the field for what is no manifest, and for variables, which nothing fills in here.
 */
export async function readManifest(text: string, file: string): Promise<readonly ManifestApp[]> {
  const parsed = v.safeParse(Manifest, await yamlOf(text, file));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new UsageError(
      `${file}: ${v.getDotPath(issue) ?? 'the file'} is not as Cloud Foundry has it: ${issue.message}.`,
    );
  }
  const variable = /\(\([\w./-]+\)\)/.exec(text)?.[0];
  if (variable !== undefined) throw new UsageError(`${file}: write a value in place of ${variable}.`);
  const beside = unknownOf('', parsed.output, ['applications', 'version']);
  return parsed.output.applications.map((app, at) => ({
    name: app.name,
    spec: specOf(app),
    path: pathOf(app, file),
    unsupported: [...(at === 0 ? beside : []), ...unsupportedOf(app)],
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
    throw new UsageError(`${file} is no YAML: ${messageOf(error)}`);
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

/** As Cloud Foundry has it, relative to the manifest. Throws a usage error where there is an image, too. */
function pathOf({ name, path, docker }: Application, file: string): string | undefined {
  if (path === undefined) return undefined;
  if (docker !== undefined) {
    throw new UsageError(`${file}: app ${name} has docker and path: leave one out, image or source.`);
  }
  return resolve(dirname(file), path);
}

/** Its binding is expected in the Secret of its name. */
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
