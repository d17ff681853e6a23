import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageProject } from '../../tools/release/serverless.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files of the project that `serverless package` reads. */
const SOURCES = [
  'serverless.yml',
  'stack',
  'functions',
  'lib',
  'tools/build',
  'package.json',
  'tsconfig.json',
];

/** A resource of a template. */
export type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: unknown;
  readonly DeletionPolicy?: string;
  readonly Condition?: string;
};

export type StackTemplate = { readonly Resources: Readonly<Record<string, Resource>> };

export type Packaged = {
  /** Folder with the zips of the functions. */
  readonly folder: string;
  readonly template: StackTemplate;
  remove(): Promise<void>;
};

type Settings = Readonly<Record<string, string>>;

/** Packages a copy of the project for a stage. `settings` are its parameters. */
export async function packageStack(stage: string, settings: Settings = {}): Promise<Packaged> {
  const project = await copyProject();
  const remove = () => rm(project, { recursive: true, force: true });
  const folder = join(project, '.serverless');
  try {
    await packageProject(project, { stage, settings, folder });
    const template = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    return { folder, template: JSON.parse(template), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Copies the project, because two packaging runs in one folder overwrite each other's files. */
export async function copyProject(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'taskbridge-package-'));
  for (const source of SOURCES) await cp(join(root, source), join(project, source), { recursive: true });
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
  return project;
}
