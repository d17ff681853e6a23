import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../node_modules/serverless/bin/serverless.js', import.meta.url));

/**
 * Runs `serverless package` for a stage of a project, with an empty home directory: no credentials, no user settings. `folder`
 * gets the template and the zips. Throws with its output when it fails.
 */
export async function packageProject(
  project: string,
  { stage, settings, folder }: { stage: string; settings: Readonly<Record<string, string>>; folder: string },
): Promise<void> {
  const params = Object.entries(settings).map(([name, value]) => `--param=${name}=${value}`);
  // Serverless leaves its temporary files behind.
  const home = await mkdtemp(join(tmpdir(), 'taskbridge-serverless-'));
  try {
    const args = [PROGRAM, 'package', '--stage', stage, '--package', folder, ...params];
    const env = { HOME: home, TMPDIR: home, PATH: process.env.PATH };
    const child = spawn(process.execPath, args, { cwd: project, env });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`serverless package ended with ${code}: ${(await output).join('')}`);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
