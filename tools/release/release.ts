import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { parse } from 'yaml';
import { packCli } from '../cli-package/package.ts';
import { notesOf } from './notes.ts';
import { SETTINGS, SHAPE } from './parameters.ts';
import { packageProject } from './serverless.ts';
import {
  PACKAGED_STAGE,
  Packaged,
  parametersOf,
  releasedTemplate,
  settingsOf,
  valuesToPackage,
  ZIPS,
} from './template.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

type Values = Readonly<Record<string, string>>;

export type ReleaseOptions = {
  /** Folder that is replaced by the release. */
  readonly out: string;
  /** Settings that are fixed in it. Throws for an unknown one. */
  readonly fixed: Values;
  /** Folder with serverless.yml and what it reads. Default: this project. */
  readonly project?: string;
};

/** Writes the folder of a release: template, zips, materials and notes, with a checksum of each file. */
export async function writeRelease({ out, fixed: given, project = root }: ReleaseOptions): Promise<void> {
  const defaults = await defaultsIn(project);
  const unknown = Object.keys(given).filter((name) => defaults[name] === undefined);
  if (unknown.length > 0)
    throw new Error(
      `No setting of serverless.yml: ${unknown}. There are: ${Object.keys(defaults).join(', ')}.`,
    );
  const fixed = { ...shapeIn(defaults), ...given };
  const version = await versionOf();
  const parameters = parametersOf(settingsOf(fixed), defaults);
  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, ZIPS), { recursive: true });
  const packaged = await packageInto(join(out, ZIPS), project, valuesToPackage(fixed));
  const template = releasedTemplate(packaged, { version, parameters });
  await Promise.all([
    writeFile(join(out, 'template.json'), `${JSON.stringify(template, undefined, 1)}\n`),
    writeFile(
      join(out, 'NOTES.md'),
      notesOf({ version, chosen: chosenIn({ ...defaults, ...fixed }), parameters }),
    ),
    writeFile(join(out, 'VERSION'), `${version}\n`),
    writeFile(join(out, 'sbom.json'), await materials()),
    cp(join(root, 'NOTICE'), join(out, 'NOTICE')),
    cp(join(root, 'cluster'), join(out, 'cluster'), { recursive: true }),
    packCli(out),
  ]);
  await writeFile(join(out, 'SHA256SUMS'), await checksumsOf(out));
}

const Settings = v.object({
  params: v.record(
    v.string(),
    v.record(v.string(), v.pipe(v.union([v.string(), v.number()]), v.transform(String))),
  ),
});

/** Defaults of the stage `prod` in serverless.yml. */
async function defaultsIn(project: string): Promise<Values> {
  const text = await readFile(join(project, 'serverless.yml'), 'utf8');
  const { params } = v.parse(Settings, parse(text, { merge: true }));
  const { default: all = {}, prod = {} } = params;
  const unlisted = Object.keys(all).filter(
    (name) => !(name in SETTINGS) && !SHAPE.some((one) => one === name),
  );
  if (unlisted.length > 0)
    throw new Error(`tools/release/parameters.ts does not have ${unlisted.join(', ')}.`);
  return { ...all, ...prod };
}

/** Serverless itself resolves a default that refers to the stage. */
const shapeIn = (defaults: Values): Values =>
  Object.fromEntries(
    SHAPE.map((name) => [name, defaults[name] ?? ''] as const).filter(([, value]) => !value.includes('${')),
  );

/** Settings of the shape as the notes show them. */
const chosenIn = (values: Values): Values =>
  Object.fromEntries(SHAPE.map((name) => [name, (values[name] ?? '').replace(/\$\{sls:stage\}/, 'STAGE')]));

async function versionOf(): Promise<string> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  return v.parse(v.object({ version: v.string() }), JSON.parse(text)).version;
}

/** Packages the project, and moves the zips into a folder. */
async function packageInto(zips: string, project: string, settings: Values) {
  const folder = await mkdtemp(join(tmpdir(), 'taskbridge-release-'));
  try {
    await packageProject(project, { stage: PACKAGED_STAGE, settings, folder });
    for (const file of await readdir(folder))
      if (file.endsWith('.zip')) await cp(join(folder, file), join(zips, file));
    const text = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    return v.parse(Packaged, JSON.parse(text));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const Materials = v.looseObject({ metadata: v.looseObject({}) });

/** List of materials in CycloneDX, without what differs between two runs: serial number, time and version of npm. */
async function materials(): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    cwd: root,
    maxBuffer: 64 * 1024 ** 2,
  });
  const { serialNumber: _, metadata, ...rest } = v.parse(Materials, JSON.parse(stdout));
  const { timestamp: _timestamp, tools: _tools, ...kept } = metadata;
  return `${JSON.stringify({ ...rest, metadata: kept }, undefined, 1)}\n`;
}

/** Lines of `sha256sum` for all files of a folder, by their paths. */
async function checksumsOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const lines = files.map(async (file) => {
    const hash = createHash('sha256').update(await readFile(file));
    return `${hash.digest('hex')}  ${file.slice(folder.length + 1)}\n`;
  });
  return (await Promise.all(lines)).join('');
}
