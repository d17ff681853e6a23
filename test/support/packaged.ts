import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

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
};

export type Packaged = {
  /** Folder with the zips of the functions. */
  readonly folder: string;
  readonly template: { readonly Resources: Readonly<Record<string, Resource>> };
  remove(): Promise<void>;
};

/**
 * Runs `npx serverless package` for a stage, with an empty home directory: no credentials, no user settings. It
 * works on a copy of the project, because two packaging runs in one folder overwrite each other's files. `settings`
 * are its parameters.
 */
export async function packageStack(
  stage: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Packaged> {
  const project = await mkdtemp(join(tmpdir(), 'taskbridge-package-'));
  const remove = () => rm(project, { recursive: true, force: true });
  const params = Object.entries(settings).map(([name, value]) => `--param=${name}=${value}`);
  try {
    for (const source of SOURCES) await cp(join(root, source), join(project, source), { recursive: true });
    await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
    await promisify(execFile)(
      process.execPath,
      [join(root, 'node_modules/serverless/bin/serverless.js'), 'package', '--stage', stage, ...params],
      { cwd: project, env: { PATH: process.env.PATH, HOME: project } },
    );
    const folder = join(project, '.serverless');
    const text = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    return { folder, template: JSON.parse(text), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
