import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { readCommandLine } from '../../cli/program.ts';
import { VERBS } from '../../cli/verbs.ts';
import { warningsOf } from '../../lib/tasks/shell-names.ts';
import { entrypointOf } from '../../lib/tasks/workspace.ts';

const NAMES = ['a.client.zone', 'A_PREFER-IP', 'a-b.c'];
const env = [...NAMES, 'PLAIN', '_1'].map((name) => ({ name, value: `value of ${name}` }));
const image = 'b:1';

/** Names that a program gets which a shell of this machine starts; `undefined` where the shell is not installed. */
function passedBy([shell = '', ...args]: readonly string[]): string[] | undefined {
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const script = 'node -p "JSON.stringify(process.env)"; true';
  const { stdout, error } = spawnSync(shell, [...args, script], {
    encoding: 'utf8',
    // bash reads its startup files where its input is a socket.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...variables },
  });
  if (error !== undefined) return undefined;
  const received: Record<string, string> = JSON.parse(stdout);
  return env.filter(({ name, value }) => received[name] === value).map(({ name }) => name);
}

describe('variables that are no names of a shell', () => {
  it.each([
    [['dash', '-c']],
    [['busybox', 'sh', '-c']],
    [['busybox', 'ash', '-c']],
    [['bash', '-c']],
    [['bash', '--posix', '-c']],
    [['zsh', '-c']],
  ])('reach the program or are warned of, as the real shell has it: %j', (entrypoint) => {
    const passed = passedBy(entrypoint);
    if (passed === undefined) return console.warn(`${entrypoint[0]} is not installed: skipped.`);
    const dropped = env.map(({ name }) => name).filter((name) => !passed.includes(name));
    expect(dropped).toEqual(warningsOf({ image, entrypoint, env }).length === 0 ? [] : NAMES);
  });

  it.each<[string, Parameters<typeof warningsOf>[0], string | undefined]>([
    ['the default shell', { image, env }, '/bin/sh'],
    ['the default shell and no such name', { image, env: env.slice(3) }, undefined],
    ['no variables', { image }, undefined],
    ['an empty workspace', { image, env, workspace: 'empty' }, '/bin/sh'],
    ['a shell by name', { image, env, entrypoint: ['sh', '-c'] }, 'sh'],
    [
      'a shell behind another program',
      { image, env, entrypoint: ['/usr/bin/tini', '--', '/bin/dash', '-c'] },
      '/bin/dash',
    ],
    ['bash', { image, env, entrypoint: ['/bin/bash', '-c'] }, undefined],
    [
      'bash and a copy, which bash waits for',
      { image, env, entrypoint: ['/bin/bash', '-c'], workspace: 'copy' },
      undefined,
    ],
    ['no shell', { image, env, entrypoint: ['node'] }, undefined],
    [
      'no shell and a copy, which sh waits for',
      { image, env, entrypoint: ['node'], workspace: 'copy' },
      '/bin/sh',
    ],
    ['the launcher, which is bash', { image, env, entrypoint: ['/cnb/lifecycle/launcher'] }, undefined],
    ['a built image', { source: { sha256: 'a'.repeat(64) }, env }, undefined],
  ])('are warned of under %s', (_, spec, shell) => {
    expect(warningsOf(spec)).toEqual(
      shell === undefined
        ? []
        : [{ field: 'env', message: expect.stringContaining(`${shell} drops ${NAMES.join(', ')} where`) }],
    );
  });

  it('are warned of briefly where they are many', () => {
    const many = Array.from({ length: 1000 }, (_, at) => ({ name: `a.${at}`, value: '' }));
    const [{ message = '' } = {}] = warningsOf({ image, env: many });
    expect(message).toContain('drops a.0, a.1, a.2, a.3, a.4 and 995 more where');
    expect(message.length).toBeLessThan(500);
  });

  it('arrive as the warning advises', async () => {
    const [{ message = '' } = {}] = warningsOf({ image, env });
    const [, json = '', flags = ''] = /entrypoint (\[.*\]) \((.*)\)/.exec(message) ?? [];
    const entrypoint: string[] = JSON.parse(json);
    expect(warningsOf({ image, env, entrypoint })).toEqual([]);
    expect(entrypointOf({ image, env, entrypoint })).toEqual(entrypoint);
    const call = await readCommandLine(VERBS, ['push', 'billing', '-o', image, ...flags.split(' ')]);
    expect(typeof call === 'string' ? call : call.given.texts('entrypoint')).toEqual(entrypoint);
    expect(passedBy(entrypoint) ?? env.map(({ name }) => name)).toEqual(env.map(({ name }) => name));
  });
});
