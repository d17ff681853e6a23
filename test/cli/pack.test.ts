import { execFile } from 'node:child_process';
import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withSource } from '../../cli/pack/source.ts';
import { commandLine } from '../support/command-line.ts';

const run = promisify(execFile);

let folder: string;
let work: string;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'pack-test-'));
  folder = join(work, 'app');
  await mkdir(folder);
});

afterEach(() => rm(work, { recursive: true }));

const put = async (name: string, text = name, mode = 0o644) => {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
};

const sha = () => withSource(folder, async ({ sha256 }) => sha256);

/** Unpacks the archive with the system's tar, and returns the lines of `tar -tv`. */
const unpacked = () =>
  withSource(folder, async ({ file }) => {
    const to = join(work, 'out');
    await mkdir(to);
    await run('tar', ['-xzf', file, '-C', to]);
    const { stdout } = await run('tar', ['-tvzf', file, '--numeric-owner', '--utc']);
    return { to, lines: stdout.trimEnd().split('\n') };
  });

describe('a packed folder', () => {
  it('is the same bytes whatever the order, times and modes of its files', async () => {
    const files = fc.dictionary(
      fc.stringMatching(/^[a-zA-Z0-9äß _-]{1,12}$/),
      fc.record({ text: fc.string({ maxLength: 300 }), executable: fc.boolean() }),
      { minKeys: 1, maxKeys: 6, noNullPrototype: true },
    );
    const times = fc.integer({ min: 1, max: 2_000_000_000 });
    await fc.assert(
      fc.asyncProperty(files, times, async (tree, time) => {
        const names = Object.entries(tree);
        const build = async (entries: typeof names, modes: readonly [number, number]) => {
          await rm(folder, { recursive: true });
          await mkdir(folder);
          for (const [name, { text, executable }] of entries) {
            await put(`in/${name}`, text, executable ? modes[0] : modes[1]);
            await utimes(join(folder, 'in', name), time, modes[0]);
          }
          return sha();
        };
        expect(await build(names.toReversed(), [0o700, 0o600])).toBe(await build(names, [0o775, 0o664]));
      }),
      { numRuns: 25 },
    );
  });

  it('keeps contents, the executable bit and links, and neither owners nor times', async () => {
    await put('bin/run', '#!/bin/sh', 0o700);
    await put('data.txt', 'hello', 0o600);
    await symlink('bin/run', join(folder, 'start'));
    const { to, lines } = await unpacked();
    expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
      'drwxr-xr-x 0/0 0 1970-01-01 00:00 bin/',
      '-rwxr-xr-x 0/0 9 1970-01-01 00:00 bin/run',
      '-rw-r--r-- 0/0 5 1970-01-01 00:00 data.txt',
      'lrwxr-xr-x 0/0 0 1970-01-01 00:00 start -> bin/run',
    ]);
    expect(await readFile(join(to, 'start'), 'utf8')).toBe('#!/bin/sh');
  });

  it('holds names with newlines and of 300 characters, and files of some megabytes', async () => {
    const long = `${'d'.repeat(150)}/${'f'.repeat(149)}`;
    await put(long);
    await put('two\nlines', 'x'.repeat(3_500_000));
    const { to } = await unpacked();
    expect(await readFile(join(to, long), 'utf8')).toBe(long);
    expect((await readFile(join(to, 'two\nlines'))).length).toBe(3_500_000);
  });

  it('leaves out what .kfignore excludes, else .cfignore, and the built-in rules', async () => {
    for (const name of ['.git/config', 'manifest.yml', 'sub/manifest.yml', 'a.log', 'keep.log', 'b.tmp'])
      await put(name);
    await put('.cfignore', '*.tmp\n');
    expect(await namesOf()).toEqual(['a.log', 'keep.log', 'sub/', 'sub/manifest.yml']);
    await put('.kfignore', '*.log\n!keep.log\n');
    expect(await namesOf()).toEqual(['b.tmp', 'keep.log', 'sub/', 'sub/manifest.yml']);
  });

  it('leaves no file behind, also where packing fails', async () => {
    await put('a');
    const file = await withSource(folder, async (source) => source.file);
    await expect(access(dirname(file))).rejects.toThrow('ENOENT');

    // A process of its own, whose temporary folder nobody else writes to.
    const temporary = join(work, 'tmp');
    await mkdir(temporary);
    await run('mkfifo', [join(folder, 'pipe')]);
    const taskbridge = await commandLine({ TASKBRIDGE_URL: 'http://127.0.0.1:1', TASKBRIDGE_SPACE: 'a' });
    const { err } = await taskbridge(`taskbridge push a --path ${folder}`, { env: { TMPDIR: temporary } });
    expect(err).toContain('pipe is a named pipe');
    expect(await readdir(temporary)).toEqual([]);
  });
});

describe('rejected is', () => {
  it.each([
    ['an absolute link', '/etc/hostname'],
    ['a link out by ..', '../secret'],
    ['a link out over a folder', 'sub/../../secret'],
  ])('%s, with its path', async (_, target) => {
    await put('sub/a');
    await symlink(target, join(folder, 'bad'));
    await expect(sha()).rejects.toThrow(`${join(folder, 'bad')} links out of the folder, to ${target}`);
  });

  it('a link out over another link', async () => {
    await writeFile(join(work, 'secret'), 'x');
    await symlink('.', join(folder, 'here'));
    await symlink('here/../secret', join(folder, 'over'));
    await expect(sha()).rejects.toThrow(`${join(folder, 'over')} links out of the folder`);
  });

  it('a named pipe, and a socket', async () => {
    await run('mkfifo', [join(folder, 'pipe')]);
    await expect(sha()).rejects.toThrow(`${join(folder, 'pipe')} is a named pipe, which can't be packed`);
    await rm(join(folder, 'pipe'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
    await expect(sha()).rejects.toThrow(`${join(folder, 'socket')} is a socket`);
    await new Promise((resolve) => server.close(resolve));
  });

  it('a folder whose files are all excluded, with the excluded paths', async () => {
    await expect(sha()).rejects.toThrow(`${folder} has no files`);
    await put('.kfignore', '*\n');
    await put('only.txt');
    await expect(sha()).rejects.toThrow(
      `Nothing to build: .kfignore and the built-in rules exclude all of ${folder}: .kfignore, only.txt.`,
    );
  });

  it('a missing path, and a file that is not an archive', async () => {
    await expect(withSource(join(work, 'none'), async () => 1)).rejects.toThrow(
      `${join(work, 'none')} does not exist`,
    );
    await put('text.txt');
    await expect(withSource(join(folder, 'text.txt'), async () => 1)).rejects.toThrow(
      'is not a folder, zip, jar',
    );
  });
});

describe('an archive', () => {
  it('that is a tar.gz is used as is', async () => {
    await put('a');
    const file = join(work, 'x.tgz');
    await run('tar', ['-czf', file, '-C', folder, '.']);
    const { size } = await withSource(file, async (source) => source);
    expect(size).toBe((await readFile(file)).length);
  });

  it('that is a zip is packed as the folder it was made of', async () => {
    await put('bin/run', '#!/bin/sh', 0o755);
    await put('data.txt', 'hello');
    const file = join(work, 'x.jar');
    await run('python3', ['-c', ZIP, file, folder]);
    const packed = await withSource(file, async ({ sha256 }) => sha256);
    expect(packed).toBe(await sha());
  });
});

const ZIP = `
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
  for root, _, files in os.walk(sys.argv[2]):
    if root != sys.argv[2]: z.write(root, os.path.relpath(root, sys.argv[2]))
    for f in files: z.write(os.path.join(root, f), os.path.relpath(os.path.join(root, f), sys.argv[2]))
`;

const namesOf = () =>
  withSource(folder, async ({ file }) => (await run('tar', ['-tzf', file])).stdout.trimEnd().split('\n'));
