import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ContainerLog, openLog } from '../../../local/kubernetes/kubelet/container-log.ts';
import {
  type ContainerRuntime,
  startContainerRuntime,
} from '../../../local/kubernetes/kubelet/container-runtime.ts';
import { programOf } from '../../../local/kubernetes/kubelet/programs.ts';
import { eventually } from '../../support/eventually.ts';
import { death } from '../processes.ts';

const PATH = '/usr/local/bin:/usr/bin:/bin';

let home = '';
let runtime: ContainerRuntime;
let directory = '';
let log: ContainerLog;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'runtime-'));
  runtime = await startContainerRuntime(home);
});

afterAll(async () => {
  await runtime.stop();
  await rm(home, { recursive: true, force: true });
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'process-'));
  log = openLog(join(directory, 'log'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const start = (...line: readonly string[]) =>
  runtime.start({ program: programOf(line), directory, environment: { PATH } }, log);
const shell = (script: string) => start('/bin/sh', '-c', script);

/** Texts of the log lines. */
const texts = async (): Promise<string[]> =>
  (await readFile(join(directory, 'log'), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').slice(3).join(' '));

const firstText = () => eventually(async () => (await texts())[0], { what: 'a first line of the log' });

describe('a process', () => {
  it.each([
    ['ends well', 'true', 0],
    ['fails', 'exit 7', 7],
    ['kills itself: the entrypoint of Tekton knows no better code', 'kill -9 $$', 255],
    ['has a child that is killed', 'sh -c "kill -9 \\$\\$"; exit $?', 137],
  ])('that %s', async (_, script, code) => {
    expect(await shell(script).ended).toBe(code);
  });

  it('has its output in the log when it ends', async () => {
    await shell('for i in 1 2 3; do echo $i; done; echo oops >&2').ended;
    expect(await texts()).toEqual(expect.arrayContaining(['1', '2', '3', 'oops']));
  });

  it.each([
    ['a path that is not there', '/no/such/program', 'fork/exec /no/such/program: no such file or directory'],
    [
      'a name that is not on the path',
      'nosuchprogram',
      'exec: "nosuchprogram": executable file not found in $PATH',
    ],
    ['a directory', '/etc', 'fork/exec /etc: permission denied'],
  ])('that is %s ends with 1 and a message', async (_, file, message) => {
    expect(await start(file).ended).toBe(1);
    expect(await texts()).toEqual([expect.stringContaining(`Error executing command: ${message}`)]);
  });

  it('with an argument above the kernel limit ends with 1', async () => {
    expect(await start('/bin/sh', '-c', ':', 'x'.repeat(140 * 1024)).ended).toBe(1);
    expect(await texts()).toEqual([expect.stringContaining('argument list too long')]);
  });

  it('kills its children when it ends', async () => {
    await shell('sleep 60 & echo $!').ended;
    await death(Number((await texts())[0]));
  });

  it('ends although a child in another group keeps the output open', async () => {
    expect(await shell('setsid sleep 2 & exit 4').ended).toBe(4);
  });

  it('is terminated with its children', async () => {
    const running = shell('sleep 60 & echo $!; wait');
    const child = Number(await firstText());
    running.terminate(60_000);
    expect(await running.ended).toBe(255);
    await death(child);
  });

  it('may handle SIGTERM', async () => {
    const running = shell('trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.1; done');
    await firstText();
    running.terminate(60_000);
    expect(await running.ended).toBe(3);
    expect(await texts()).toEqual(expect.arrayContaining(['ready', 'bye']));
  });

  it('is killed after the grace period if it ignores SIGTERM', async () => {
    const running = shell('trap "" TERM; echo ready; while :; do sleep 0.1; done');
    await firstText();
    running.terminate(50);
    expect(await running.ended).toBe(137);
  });
});

describe('programOf', () => {
  it.each([
    ['a plain program', ['/bin/ls', '-l'], { file: '/bin/ls', args: ['-l'] }],
    [
      "Tekton's entrypoint",
      ['/tekton/bin/entrypoint', '-post_file', '/x', '-entrypoint', '/bin/sh', '--', '-c', 'a -- b'],
      { file: '/bin/sh', args: ['-c', 'a -- b'] },
    ],
    [
      'the launcher of a buildpack image',
      ['/tekton/bin/entrypoint', '-entrypoint', '/cnb/lifecycle/launcher', '--', 'bin/migrate --all'],
      { file: expect.stringMatching(/^\/bin\/(ba)?sh$/), args: ['-c', 'bin/migrate --all'] },
    ],
  ])('%s', (_, line, expected) => {
    expect(programOf(line)).toEqual(expected);
  });
});
