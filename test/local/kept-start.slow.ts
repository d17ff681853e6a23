import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { pastedLines, type Start, start } from './start.ts';

let folder: string;
let data: string;
let shell: CommandLine;
const running = new Set<Start>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-kept-'));
  data = join(folder, 'my data');
  shell = await commandLine({ XDG_CONFIG_HOME: folder });
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
  running.clear();
  await rm(folder, { recursive: true, force: true });
});

/** Starts it on the data. `port`: default, that of the data. */
async function startKept(port?: string): Promise<Start & { readonly printed: string; readonly env: string }> {
  const started = start(folder, port, ['--data', data]);
  running.add(started);
  const printed = await started.ready();
  return { ...started, printed, env: pastedLines(printed)[0]?.replace('. ', '') ?? '' };
}

async function end({ child, ended }: Start, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await ended;
}

describe('npm start -- --data DIR', () => {
  it('keeps apps, tasks, logs and built images, and a shell of before goes on working', async () => {
    const first = await startKept('0');
    expect(first.printed).toContain(`\nIt keeps apps, jobs and tasks in ${data}, which is new.\n`);
    // One shell over all starts, as that of a user.
    const variables = (await shell(`. ${first.env} && env | grep -E '^(TASKBRIDGE|AWS|KUBECONFIG)' | sort`))
      .out;
    const env = Object.fromEntries(
      variables
        .trim()
        .split('\n')
        .map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
    );
    const ok = async (line: string): Promise<string> => {
      const { code, out, err } = await shell(`exec ${line}`, { env });
      if (code !== 0) throw new Error(`${line}: ${err}`);
      return out;
    };
    await ok('taskbridge push billing -o busybox:1.36');
    await ok(`taskbridge run-task billing -c 'echo done' --wait`);
    await ok(`taskbridge run-task billing -c 'echo begun; sleep 600' --name long`);
    await ok('taskbridge push report --task --path examples/report -e REGION=north');
    await ok(`taskbridge create-job billing tick date -s '0 3 * * *'`);
    await end(first, 'SIGKILL');

    const second = await startKept();
    expect(second.env).toBe(first.env);
    expect(second.printed).toContain(`\nIt keeps apps, jobs and tasks in ${data}. 1 task was running`);
    expect(await ok('taskbridge apps -o name')).toBe('billing\nreport\n');
    expect(await ok('taskbridge jobs -o name')).toBe('tick\n');
    expect(await ok('taskbridge tasks billing')).toMatch(/failed .*begun[\s\S]*succeeded .*echo done/);
    expect(await ok('taskbridge logs billing --recent')).toBe('begun\n');
    expect(await ok('taskbridge run-task report --wait')).toContain('3 orders');
    const other = start(folder, '0', ['--data', data]);
    const said = text(other.stderr);
    expect(await other.ended).toEqual([1, null]);
    expect(await said).toBe(
      `${data} is in use by another npm start. Stop that one, or name another folder.\n`,
    );
    await end(second, 'SIGTERM');
    expect(await readdir(data)).toEqual(['cluster', 'sources', 'state']);

    await startKept();
    expect(await ok('taskbridge apps -o name')).toBe('billing\nreport\n');
  });

  it('has each write that was answered, whenever it is killed', async () => {
    const answered: string[] = [];
    for (const [round, writes] of [5, 23, 40].entries()) {
      const started = await startKept('0');
      const { out } = await shell(`. ${started.env} && echo "$TASKBRIDGE_URL $TASKBRIDGE_TOKEN"`);
      const [url, token] = out.trim().split(' ');
      const push = async (name: string): Promise<void> => {
        const response = await fetch(`${url}/v1/spaces/demo/apps/${name}`, {
          method: 'PUT',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ image: 'busybox:1.36' }),
        });
        if (response.ok && (await response.json())) answered.push(name);
        if (answered.length >= writes) started.child.kill('SIGKILL');
      };
      const names = Array.from({ length: 60 }, (_, index) => `app-${round}-${index}`);
      await Promise.allSettled(names.map(push));
      await started.ended;
    }
    const last = await startKept('0');
    const kept = (await shell(`. ${last.env} && taskbridge apps -o name`)).out.split('\n');
    expect(answered.length).toBeGreaterThanOrEqual(40);
    expect(answered.filter((name) => !kept.includes(name))).toEqual([]);
  });
});

describe('npm start refuses', () => {
  it.each([
    ['an unknown flag', ['--dta', 'x'], 2, /^Unknown option '--dta'\. See npm start -- --help\.\n$/],
    [
      'a kubeconfig that is not there',
      ['--kubeconfig', 'nowhere'],
      2,
      /^--kubeconfig nowhere: there is no such file, or you may not read it\.\n$/,
    ],
    [
      'a folder of other files',
      ['--data', 'FULL'],
      1,
      /^\S+full holds other files\. Name an empty folder, or one to be made\.\n$/,
    ],
    [
      'damaged data',
      ['--data', 'DAMAGED'],
      1,
      /^\S+damaged\/state: it is damaged at line 2\. Nothing was changed\. Put back a copy of the folder, or name another one\.\n$/,
    ],
  ])('%s in words, and leaves no files', async (_, args, code, message) => {
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full', 'letter'), 'mine');
    await mkdir(join(folder, 'damaged'));
    await writeFile(join(folder, 'damaged', 'state'), 'taskbridge-local 1\nx\n');
    const paths: Readonly<Record<string, string>> = { FULL: 'full', DAMAGED: 'damaged' };
    const words = args.map((arg) => (paths[arg] === undefined ? arg : join(folder, paths[arg])));
    const started = start(folder, '0', words);
    const said = text(started.stderr);
    expect(await started.ended).toEqual([code, null]);
    expect(await said).toMatch(message);
    expect((await readdir(folder)).filter((name) => name.startsWith('taskbridge'))).toEqual([]);
    expect(await readdir(join(folder, 'damaged'))).toEqual(['state']);
  });
});
