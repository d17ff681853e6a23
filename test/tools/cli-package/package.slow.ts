import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SCRIPTS } from '../../../cli/completion/scripts.ts';
import { VERBS } from '../../../cli/verbs.ts';
import { startCloud } from '../../../local/cloud.ts';
import { setUpEmbeddedCluster } from '../../../local/cluster/set-up.ts';
import { packCli } from '../../../tools/cli-package/package.ts';
import { BUNDLES } from '../../support/bundles.ts';

/** Other versions of Node to try, as paths that are separated by ":": .ci/run names Node 22 and 24. */
const { TASKBRIDGE_NODES = '', PATH = '' } = process.env;
const OTHERS = TASKBRIDGE_NODES.split(':').filter((path) => path !== '');
const versionOf = (node: string): string =>
  spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
const NODES = [process.execPath, ...OTHERS].map((node): [string, string] => [versionOf(node), node]);

const root = fileURLToPath(new URL('../../../', import.meta.url));

let folder: string;
let tarball: string;
let home: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-package-'));
  tarball = join(folder, await packCli(folder));
  home = join(folder, 'home');
  await mkdir(home);
  if (OTHERS.length === 0)
    process.stderr.write(`Only Node ${process.version} is tried: TASKBRIDGE_NODES names no others.\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = promisify(execFile);

/** Installs the package with a version of Node, without any registry. Returns the environment in which that Node is `node`. */
async function install(node: string, ...args: readonly string[]) {
  const bin = await mkdtemp(join(folder, 'bin-'));
  await symlink(node, join(bin, 'node'));
  const env = {
    PATH: `${bin}:${PATH}`,
    HOME: home,
    npm_config_cache: join(home, 'npm'),
    npm_config_offline: 'true',
    npm_config_registry: 'http://127.0.0.1:1/',
    npm_config_update_notifier: 'false',
  };
  const npm = process.env.npm_execpath ?? (await run('npm', ['prefix', '--global'])).stdout.trim();
  const cli = npm.endsWith('.js') ? npm : join(npm, 'lib/node_modules/npm/bin/npm-cli.js');
  const empty = await mkdtemp(join(folder, 'empty-'));
  await run(node, [cli, 'install', '--no-audit', '--no-fund', ...args, tarball], { cwd: empty, env });
  return { env, folder: empty };
}

describe('the package of the command line', () => {
  let unpacked: string;
  beforeAll(async () => {
    await run('tar', ['xzf', tarball, '-C', folder]);
    unpacked = join(folder, 'package');
  });

  it('has the one file, completion, man page and licences, and nothing to install beside it', async () => {
    const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(unpacked.length + 1))
      .toSorted();
    expect(files).toEqual([
      'NOTICE',
      'README.md',
      'completion/_taskbridge',
      'completion/taskbridge.bash',
      'completion/taskbridge.fish',
      'man/taskbridge.1',
      'package.json',
      'taskbridge.mjs',
    ]);
    const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'))).toEqual({
      name: 'taskbridge',
      version: own.version,
      license: own.license ?? 'UNLICENSED',
      description: expect.any(String),
      private: true,
      type: 'module',
      bin: { taskbridge: 'taskbridge.mjs' },
      man: ['man/taskbridge.1'],
      engines: own.engines,
    });
    expect(await readFile(join(unpacked, 'NOTICE'))).toEqual(await readFile(join(root, 'NOTICE')));
    const completions = [
      ['bash', 'taskbridge.bash'],
      ['zsh', '_taskbridge'],
      ['fish', 'taskbridge.fish'],
    ] as const;
    for (const [shell, file] of completions)
      expect(await readFile(join(unpacked, 'completion', file), 'utf8')).toBe(SCRIPTS[shell]);
    for (const file of files)
      expect([file, (await readFile(join(unpacked, file), 'utf8')).includes(root)]).toEqual([file, false]);
  });

  it('has the same bytes when it is made again', async () => {
    const again = join(folder, 'again');
    const second = join(again, await packCli(again));
    expect((await readFile(second)).equals(await readFile(tarball))).toBe(true);
  });

  it('has a man page with each verb, its flags and examples, in which no formatter finds a fault', async () => {
    const page = join(unpacked, 'man/taskbridge.1');
    const linters = [
      { name: 'groff', args: ['-ww', '-man', '-Tutf8', '-z', page] },
      { name: 'mandoc', args: ['-T', 'lint', '-W', 'warning', page] },
    ];
    for (const { name, args } of linters) {
      const { error, stdout, stderr } = spawnSync(name, args, { encoding: 'utf8' });
      if (error !== undefined)
        process.stderr.write(`The man page is not read by ${name}, which is not here.\n`);
      // A date would differ from build to build.
      else expect(`${stdout}${stderr}`.replace(/^.*WARNING: missing date.*\n/gm, '')).toBe('');
    }
    const source = await readFile(page, 'utf8');
    const shown = source.replaceAll('\\-', '-').replaceAll('\\(dq', '"').replaceAll('\\(aq', "'");
    for (const { name, flags, examples } of VERBS) {
      expect(shown).toContain(`\n.SS ${name}\n`);
      for (const { flags: flag, hidden } of flags)
        if (hidden !== true) expect(shown).toContain(`.B ${flag}\n`);
      for (const [command] of examples.filter(([one]) => !/[\\`~^…]/.test(one)))
        expect(shown).toContain(`taskbridge ${command}\n`);
    }
  });

  it('is installed for all with its man page', async () => {
    const prefix = join(folder, 'prefix');
    const { env } = await install(process.execPath, '--global', '--prefix', prefix);
    const { stdout } = await run(join(prefix, 'bin/taskbridge'), ['version'], { env });
    expect(stdout).toMatch(/^taskbridge \d/);
    expect((await stat(join(prefix, 'share/man/man1/taskbridge.1'))).size).toBeGreaterThan(10_000);
  });
});

describe('the installed command line', () => {
  let stop: () => Promise<void>;
  let access: Readonly<Record<string, string>>;
  beforeAll(async () => {
    const cluster = await setUpEmbeddedCluster();
    await cluster.openSpace('demo');
    const cloud = await startCloud({ cluster: cluster.access, bundles: BUNDLES });
    access = {
      TASKBRIDGE_URL: cloud.url,
      TASKBRIDGE_SPACE: 'demo',
      TASKBRIDGE_TOKEN: cloud.credentials.token,
    };
    stop = async () => {
      await cloud.stop();
      await cluster.stop();
    };
  });
  afterAll(() => stop());

  it.each(NODES)('runs a task on Node %s', async (version, node) => {
    const { env, folder: empty } = await install(node);
    await writeFile(
      join(empty, 'manifest.yml'),
      'applications: [{ name: hello, docker: { image: busybox:1 } }]\n',
    );
    const taskbridge = (...args: readonly string[]) =>
      run(join(empty, 'node_modules/.bin/taskbridge'), args, { cwd: empty, env: { ...env, ...access } });
    const own = await run('node', ['--version'], { env });
    expect(own.stdout.trim()).toBe(version);
    await taskbridge('push', '-f', 'manifest.yml');
    const { stdout } = await taskbridge('run-task', 'hello', '-c', `echo "Hello from ${version}"`, '--wait');
    expect(stdout).toBe(`Hello from ${version}\n`);
  });
});
