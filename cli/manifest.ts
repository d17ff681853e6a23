import { dirname, resolve } from 'node:path';
import { UsageError } from './errors.ts';
import { pairOf, present, sizeOf } from './flags.ts';
import { ATTRIBUTES } from './manifest-attributes.ts';
import { jobsIn, type ManifestJob } from './manifest-jobs.ts';
import { placementIn } from './manifest-placement.ts';
import { envIn } from './manifest-values.ts';
import { countOf, unlessEmpty } from './placement-flags.ts';
import { readText } from './text-file.ts';
import type { ParsedArgs } from './verb.ts';
import {
  fieldsOf,
  isBlank,
  isFields,
  isList,
  isUnset,
  itemsOf,
  parseYaml,
  textOf,
  type Variables,
  type YamlValue,
  yamlText,
} from './yaml.ts';

/** App of a Cloud Foundry manifest in the form that `push` sends. */
export type ManifestApp = {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Absolute path of the folder or file to build the image from. */
  readonly path?: string | undefined;
  /** Its jobs; absent: the file says nothing of them. */
  readonly jobs?: readonly ManifestJob[] | undefined;
  /** One for each field that is ignored, with its line and what that means. */
  readonly warnings: readonly string[];
};

type Options = {
  /** App to read. Where the file has one app, this is its name. */
  readonly name?: string | undefined;
  readonly variables?: Variables;
};

/** Apps of a manifest, with the variables of `--vars-file` and `--var`: a later value wins, and `--var` over all. */
export async function readManifestFile(given: ParsedArgs, file: string, name: string | undefined) {
  const text = await readText(file);
  const variables = new Map<string, YamlValue>();
  for (const varsFile of given.texts('vars-file')) {
    const values = parseYaml(await readText(varsFile), varsFile);
    for (const [key, value] of fieldsOf(values)) variables.set(key, value);
  }
  for (const pair of given.texts('var')) {
    const [key, value] = pairOf('--var', pair);
    variables.set(key, yamlText(value, `--var ${key}`));
  }
  return readManifest(text, file, { name, variables });
}

/**
 * Apps of a Cloud Foundry manifest. The command and sizes of a process of type `task` override the app's own. Throws a
 * usage error that names field and line where what is read is invalid.
 */
export function readManifest(
  text: string,
  file: string,
  { name, variables = new Map() }: Options = {},
): readonly ManifestApp[] {
  const top = known(parseYaml(text, file, variables));
  const applications = top.get('applications');
  const apps = applications === undefined ? [] : itemsOf(applications);
  const [first] = apps;
  if (first === undefined) throw new UsageError(`${file} has no applications: list them there.`);
  const globals = [...top].flatMap(([key, value]) => (ATTRIBUTES.has(key) ? [globalWarning(value)] : []));
  const read = (app: YamlValue, given?: string) => appOf({ ...app, field: '' }, file, globals, given);
  if (apps.length === 1) return [read(first, name)];
  const names = apps.map(nameOf);
  if (name !== undefined && !names.includes(name))
    throw new UsageError(`${file} has no app "${name}". Its apps: ${names.join(', ')}.`);
  return apps.filter((_, at) => name === undefined || names[at] === name).map((app) => read(app));
}

/** Cloud Foundry takes both spellings of a name. */
const dashed = (key: string): string => key.replaceAll('_', '-');
const known = (value: YamlValue) => fieldsOf(value, dashed);

const globalWarning = ({ line, field }: YamlValue): string =>
  `line ${line}: ${field} is ignored: fields of all apps are not read; give it to each app, as by an anchor`;

function nameOf(app: YamlValue): string {
  const name = textOf(known(app).get('name') ?? { ...app, node: null });
  if (name !== undefined) return name;
  throw new UsageError(
    `${app.place}: the app has no name: add name: NAME, or push NAME where it is the only app.`,
  );
}

function appOf(value: YamlValue, file: string, globals: readonly string[], given?: string): ManifestApp {
  const app = known(value);
  const warnings = [...globals, ...ignoredIn(app)];
  const [docker, path] = [fieldsAt(app, 'docker'), textAt(app, 'path')];
  const name = given ?? nameOf(value);
  warnings.push(...ignoredIn(docker));
  const task = taskOf(app, warnings);
  const image = textAt(docker, 'image');
  if (image !== undefined && path !== undefined)
    throw new UsageError(`${file}: app ${name} has both docker and path: remove one of them.`);
  const resources = present({
    memory: sizeOf(textAt(task, 'memory') ?? textAt(app, 'memory')),
    disk: sizeOf(textAt(task, 'disk-quota') ?? textAt(app, 'disk-quota')),
    cpu: textAt(app, 'cpu'),
    gpu: countOf(textAt(app, 'gpu')),
  });
  const spec = present({
    image,
    command: textAt(task, 'command') ?? textAt(app, 'command'),
    entrypoint: entrypointOf(app),
    env: envIn(app.get('env')),
    services: servicesOf(app.get('services'), warnings),
    resources: unlessEmpty(resources),
    placement: placementIn(app),
  });
  const jobs = jobsIn(app.get('jobs'));
  const source = path === undefined ? undefined : resolve(dirname(file), path);
  return { name, spec, path: source, ...(jobs === undefined ? {} : { jobs }), warnings };
}

type Fields = ReadonlyMap<string, YamlValue>;

function textAt(fields: Fields, key: string): string | undefined {
  const value = fields.get(key);
  return value === undefined ? undefined : textOf(value);
}

function fieldsAt(fields: Fields, key: string): Fields {
  const value = fields.get(key);
  return value === undefined ? new Map() : known(value);
}

/** Warnings for the fields that are ignored. Throws a usage error for one that is refused. An unset one is neither. */
function ignoredIn(fields: Fields): readonly string[] {
  return [...fields.values()].flatMap((value) => {
    const { field, line, place } = value;
    const attribute = dashed(field.replaceAll(/\[\d+\]/g, ''));
    const [use, meaning] = ATTRIBUTES.get(attribute) ?? ['ignored', 'it is not known here'];
    if (use === 'taken' || isBlank(value)) return [];
    if (use === 'refused') throw new UsageError(`${place}: ${field} is not supported: ${meaning}.`);
    return [`line ${line}: ${field} is ignored: ${meaning}`];
  });
}

/** Fields of the process of type `task`. Warns of the others. */
function taskOf(app: Fields, warnings: string[]): Fields {
  const processes = app.get('processes');
  let task: Fields = new Map();
  for (const one of processes === undefined ? [] : itemsOf(processes)) {
    const fields = known(one);
    const type = textAt(fields, 'type');
    if (type === undefined) throw new UsageError(`${one.place}: ${one.field} has no type.`);
    if (type === 'task') {
      task = fields;
      warnings.push(...ignoredIn(fields));
    } else warnings.push(`line ${one.line}: ${one.field} of type ${type} is ignored: only task runs here`);
  }
  return task;
}

/** Services whose bindings are in Secrets of the same name. */
function servicesOf(services: YamlValue | undefined, warnings: string[]) {
  if (services === undefined || isUnset(services)) return undefined;
  return itemsOf(services).map((service) => {
    const fields = isFields(service) ? known(service) : new Map<string, YamlValue>();
    warnings.push(...ignoredIn(fields));
    const name = isFields(service) ? textAt(fields, 'name') : textOf(service);
    if (name === undefined) throw new UsageError(`${service.place}: ${service.field} has no name.`);
    return { name, secretName: name };
  });
}

/** Program of `entrypoint` with its `args`; Kf writes a text and a list. */
function entrypointOf(app: Fields): readonly string[] | undefined {
  const words = (key: string): readonly string[] => {
    const value = app.get(key);
    if (value === undefined) return [];
    return (isList(value) ? itemsOf(value) : [value]).flatMap((word) => textOf(word) ?? []);
  };
  const [entrypoint, args] = [words('entrypoint'), words('args')];
  if (entrypoint.length > 0) return [...entrypoint, ...args];
  const [place] = args.length > 0 ? [app.get('args')?.place] : [];
  if (place === undefined) return undefined;
  throw new UsageError(`${place}: args need a program: add entrypoint: PROGRAM.`);
}
