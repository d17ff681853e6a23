import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { copyOf, entrypointOf } from '../../lib/tasks/workspace.ts';

/** Entrypoint as Kubernetes passes it to the container. */
const expanded = (words: readonly string[]): string[] => words.map((word) => word.replaceAll('$$', '$'));

const [program = '', ...given] = expanded(entrypointOf({ image: 'busybox:1' }));

describe('the default shell', () => {
  const run = (command: string, cwd = tmpdir()) =>
    spawnSync(program, [...given, command], { cwd, encoding: 'utf8', env: { TEXT: command } });

  it('passes the command on byte for byte', async () => {
    await fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !text.includes('\0')),
        (text) => {
          const quoted = `printf %s '${text.replaceAll("'", "'\\''")}'`;
          expect(run(quoted).stdout).toBe(text);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['exit 7', { status: 7, signal: null }],
    ['kill -TERM $$', { status: null, signal: 'SIGTERM' }],
    ['printf %s "$0"; test -z "$1"', { status: 0, stdout: '/bin/sh' }],
  ])('ends as the command does: %s', (command, ends) => {
    expect(run(command)).toMatchObject(ends);
  });

  it('replaces the first shell: signals reach the command', () => {
    const { stdout, pid } = run('printf %s $$');
    expect(stdout).toBe(String(pid));
  });

  it.each(['/workspace', '/workspace/app'])('refuses to start in %s', (folder) => {
    // The shell asks where it is; it can't be there on this machine.
    const script = given[1]?.replaceAll('$PWD', folder) ?? '';
    const { status, stderr, stdout } = spawnSync(program, ['-c', script, 'taskbridge', 'echo ran'], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('--workspace copy');
  });
});

describe('entrypointOf', () => {
  const source = { sha256: 'a'.repeat(64) };

  it.each([
    ['a built image', { source }, ['/cnb/lifecycle/launcher'], false],
    [
      'a built image that wants a copy of nothing',
      { source, workspace: 'copy' as const },
      ['/cnb/lifecycle/launcher'],
      false,
    ],
    [
      'an image whose folder is to be empty',
      { image: 'b:1', workspace: 'empty' as const },
      ['/bin/sh', '-c'],
      false,
    ],
    [
      'an image whose files are copied',
      { image: 'b:1', workspace: 'copy' as const },
      ['/bin/sh', '-c', expect.any(String), 'taskbridge', '/bin/sh', '-c'],
      true,
    ],
    [
      'an image of buildpacks',
      { image: 'b:1', entrypoint: ['/cnb/lifecycle/launcher'] },
      ['/bin/bash', '-c', expect.any(String), 'taskbridge', '/cnb/lifecycle/launcher'],
      true,
    ],
    [
      'an image of buildpacks without bash',
      { image: 'b:1', entrypoint: ['/cnb/lifecycle/launcher', '--', '/bin/sh', '-c'] },
      ['/bin/sh', '-c', expect.any(String), 'taskbridge', '/cnb/lifecycle/launcher', '--', '/bin/sh', '-c'],
      true,
    ],
    [
      'an image of buildpacks whose folder is to be empty',
      { image: 'b:1', entrypoint: ['/cnb/lifecycle/launcher'], workspace: 'empty' as const },
      ['/cnb/lifecycle/launcher'],
      false,
    ],
    ['a program of its own', { image: 'b:1', entrypoint: ['node'] }, ['node'], false],
  ])('%s', (_, spec, entrypoint, isCopied) => {
    expect(entrypointOf(spec)).toEqual(entrypoint);
    expect(copyOf(spec, 1) !== undefined).toBe(isCopied);
  });
});

describe('the copy of the files', () => {
  const spec = { image: 'b:1', workspace: 'copy' as const };
  const NAMES = ['a b', '.hidden', '..two', "it's"];
  let folder = '';
  const at = (path: string) => join(folder, path);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'workspace-'));
    for (const name of ['from', 'to', 'copied']) await mkdir(at(name));
    for (const name of NAMES) await writeFile(at(`from/${name}`), name);
    await symlink('nowhere', at('from/broken'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const { sidecar } = copyOf(spec, 1) ?? {};
  const env = () => ({
    PATH: process.env.PATH,
    FROM: at('from'),
    TO: at('to'),
    DONE: at('copied/done'),
    WHY: at('copied/why'),
  });
  /** Script of the sidecar, without its wait for the end of the step. */
  const copy = (more = {}) => {
    const script = expanded(sidecar?.args ?? []).map((text) => text.replace(/ trap .*/s, ''));
    return spawnSync('/bin/sh', ['-c', ...script], { env: { ...env(), ...more } }).status;
  };
  const isReady = () =>
    spawnSync('/bin/sh', expanded(sidecar?.readinessProbe.exec.command ?? []).slice(1), { env: env() })
      .status === 0;
  const start = (command: string) => {
    const [shell = '', ...words] = expanded(entrypointOf(spec));
    return spawnSync(shell, [...words, command], {
      encoding: 'utf8',
      env: { TASKBRIDGE_COPIED: at('copied') },
    });
  };

  it('has every file, hidden ones too, and marks the end', async () => {
    expect(isReady()).toBe(false);
    expect(copy()).toBe(0);
    expect(isReady()).toBe(true);
    for (const name of NAMES) expect(await readFile(at(`to/${name}`), 'utf8')).toBe(name);
    expect((await readdir(at('to'))).toSorted()).toEqual([...NAMES, 'broken'].toSorted());
    expect(start('echo "$0"; exit 7')).toMatchObject({ status: 7, stdout: '/bin/sh\n', stderr: '' });
  });

  it('starts nothing when cp fails, and shows its error', async () => {
    await writeFile(at('to/dir'), 'in the way');
    await mkdir(at('from/dir'));
    expect(copy()).toBe(1);
    expect(isReady()).toBe(false);
    const { status, stdout, stderr } = start('echo ran');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Taskbridge: .* could not be copied .*\ncp: .*dir.*\n$/);
  });

  it('starts nothing without cp', () => {
    expect(copy({ PATH: at('nowhere') })).toBe(1);
    expect(start('echo ran')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/cp: /) });
  });

  it('starts nothing when the copy did not start', () => {
    expect(start('echo ran')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Taskbridge: .*\n$/),
    });
  });
});
