import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { copyOf, entrypointOf } from '../../lib/domain/workspace.ts';

/** As Kubernetes hands it to the container. */
const expanded = (words: readonly string[]): string[] => words.map((word) => word.replaceAll('$$', '$'));

const [program = '', ...given] = expanded(entrypointOf({ image: 'busybox:1' }));

describe('the shell that is started by itself', () => {
  const run = (command: string, cwd = tmpdir()) =>
    spawnSync(program, [...given, command], { cwd, encoding: 'utf8', env: { TEXT: command } });

  it('hands the command on byte for byte', async () => {
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

  it('takes the place of the first shell: the command is the process that a signal reaches', () => {
    const { stdout, pid } = run('printf %s $$');
    expect(stdout).toBe(String(pid));
  });

  it.each(['/workspace', '/workspace/app'])('refuses to begin in %s', (folder) => {
    // The shell asks where it is; it can't be there on this machine.
    const script = given[1]?.replaceAll('$PWD', folder) ?? '';
    const { status, stderr, stdout } = spawnSync(program, ['-c', script, 'taskbridge', 'echo ran'], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('--workspace copy');
  });
});

describe('how a task is started', () => {
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
      ['/bin/sh', '-c'],
      true,
    ],
    [
      'an image of buildpacks',
      { image: 'b:1', entrypoint: ['/cnb/lifecycle/launcher'] },
      ['/cnb/lifecycle/launcher'],
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

  it('copies every file of the folder, hidden ones too, and says when it is done', async () => {
    const [from, to, done] = await Promise.all(
      ['from', 'to', 'done'].map((name) => mkdtemp(join(tmpdir(), `workspace-${name}-`))),
    );
    try {
      for (const name of ['a b', '.hidden', '..two', "it's"]) await writeFile(join(from ?? '', name), name);
      await symlink('nowhere', join(from ?? '', 'broken'));
      const { sidecar } = copyOf({ image: 'b:1', workspace: 'copy' }, 1) ?? {};
      const script = expanded(sidecar?.args ?? []).map((text) => text.replace(/ trap .*/s, ''));
      const env = { FROM: from, TO: to, DONE: join(done ?? '', 'done') };
      expect(spawnSync('/bin/sh', ['-c', ...script], { env }).status).toBe(0);
      for (const name of ['a b', '.hidden', '..two', "it's"])
        expect(await readFile(join(to ?? '', name), 'utf8')).toBe(name);
      expect(
        spawnSync('ls', ['-A', to ?? ''], { encoding: 'utf8' })
          .stdout.trim()
          .split('\n'),
      ).toHaveLength(5);
      const probe = expanded(sidecar?.readinessProbe.exec.command ?? []);
      expect(spawnSync('/bin/sh', probe.slice(1), { env }).status).toBe(0);
    } finally {
      for (const folder of [from, to, done]) await rm(folder ?? '', { recursive: true, force: true });
    }
  });
});
