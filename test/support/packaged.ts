import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A resource of a template. */
export type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: unknown;
};

export type Packaged = {
  /** With the zips of the functions. */
  readonly folder: string;
  readonly template: { readonly Resources: Readonly<Record<string, Resource>> };
  remove(): Promise<void>;
};

/**
 * What `npx serverless package` makes for a stage, in a folder of its own, with an empty home: no credentials and no
 * settings of whoever runs it. `settings` are its parameters.
 */
export async function packageStack(
  stage: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), 'taskbridge-package-'));
  const workFolder = join('.esbuild', basename(folder));
  const params = Object.entries({ ...settings, workFolder }).map(
    ([name, value]) => `--param=${name}=${value}`,
  );
  try {
    await promisify(execFile)(
      process.execPath,
      [
        join(root, 'node_modules/serverless/bin/serverless.js'),
        'package',
        '--stage',
        stage,
        '--package',
        folder,
        ...params,
      ],
      { cwd: root, env: { PATH: process.env.PATH, HOME: folder } },
    );
    const text = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    return { folder, template: JSON.parse(text), remove: () => rm(folder, { recursive: true, force: true }) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(join(root, workFolder), { recursive: true, force: true });
  }
}
