import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { death, isAlive } from './processes.ts';
import { pastedLines, type Start, start } from './start.ts';
import { asNobody, portsOf } from './strangers.ts';

/** Files of a folder without those of tsx. */
const filesIn = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.startsWith('taskbridge-'));

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-main-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('npm start leaves no files behind', () => {
  let other: TestServer;
  beforeAll(async () => {
    other = await startServer(() => {});
  });
  afterAll(() => other.close());

  it('if its port is taken', async () => {
    const { stderr, ended } = start(folder, new URL(other.endpoint).port);
    const said = text(stderr);
    expect(await ended).toEqual([1, null]);
    expect(await said).toBe(
      `Port ${new URL(other.endpoint).port} is taken by other programs. Name another: PORT=9090 npm start, or PORT=0 for any free one.\n`,
    );
    expect(await filesIn(folder)).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'when it is stopped by %s, also twice',
    async (signal) => {
      const { child, ended, ready, stderr } = start(folder, '0');
      const said = text(stderr);
      expect(await ready()).toContain(
        '\nAll that it holds is gone when it stops. To keep apps, jobs and tasks: npm start -- --data DIR\n',
      );
      expect(await filesIn(folder)).toHaveLength(2);
      child.kill(signal);
      // As npm does, which gets Ctrl-C too.
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      expect(await said).toBe('\nStopping.\n');
      expect(await filesIn(folder)).toEqual([]);
      expect(await readdir(join(folder, 'taskbridge'))).toEqual([]);
    },
  );
});

describe('a running npm start', () => {
  let started: Start;
  let printed: string;
  let env: string;
  let shell: CommandLine;

  beforeEach(async () => {
    started = start(folder, '0');
    printed = await started.ready();
    env = pastedLines(printed)[0]?.replace('. ', '') ?? '';
    shell = await commandLine({ XDG_CONFIG_HOME: folder });
  });
  afterEach(async () => {
    started.child.kill('SIGKILL');
    await started.ended;
  });

  it('prints three lines that push an app and run a task', async () => {
    const lines = pastedLines(printed).slice(0, 3);
    const { code, out, err } = await shell(lines.join(' && ').replaceAll('npx ', ''));
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(out).toContain('Hello from ');
  });

  it('prints a line for curl, which reads the token from its standard input', async () => {
    const line = pastedLines(printed).find((one) => one.includes('curl ')) ?? '';
    expect(line.split(' | ')[1]).not.toContain('TOKEN');
    const { out } = await shell(`. ${env} && ${line}`);
    expect(JSON.parse(out)).toEqual({ items: [{ name: 'demo' }] });
  });

  it('exports its addresses and secrets to any shell', async () => {
    const { out } = await shell(
      `/bin/sh -euc '. ${env}; /bin/sh -euc "echo \\$AWS_DEFAULT_REGION \\$AWS_ENDPOINT_URL_EVENTBRIDGE"'`,
    );
    expect(out).toMatch(/^us-east-1 http:\/\/127\.0\.0\.1:\d+\n$/);
    const exported = (await readFile(env, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .slice(1);
    for (const line of exported) expect(line).toMatch(/^export [A-Z_]+=\S+$/);
    for (const name of /exports ([^.]*) and the like/s.exec(printed)?.[1]?.split(/,\s+/) ?? [''])
      expect(exported.some((line) => line.startsWith(`export ${name}=`))).toBe(true);
  });

  it('keeps its secrets in files of its user', async () => {
    const { out } = await shell(`. ${env} && echo "$KUBECONFIG"`);
    const kubeconfig = out.trim();
    const modes = [dirname(env), env, kubeconfig].map(modeOf);
    expect(await Promise.all(modes)).toEqual(['700', '600', '600']);
    expect(dirname(kubeconfig)).toBe(dirname(env));
  });

  it('leaves no task running after SIGKILL', async () => {
    const task = `taskbridge push billing -o busybox:1 && taskbridge run-task billing -c 'echo $$; exec sleep 600'`;
    const { code, err } = await shell(`. ${env} && ${task} --name long`);
    expect({ code, err }).toMatchObject({ code: 0 });
    const pid = await eventually(
      async () => Number((await shell(`. ${env} && taskbridge logs billing --recent`)).out) || undefined,
      { what: 'the number of the process' },
    );
    expect(isAlive(pid)).toBe(true);
    started.child.kill('SIGKILL');
    await started.ended;
    await death(pid);
  });

  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? it : it.skip;
  asRoot('answers another user of the machine on none of its ports', async () => {
    const ports = await portsOf(started.child.pid ?? 0);
    // HTTP API, Kubernetes, EventBridge, SQS, Lambda, S3.
    expect(ports).toHaveLength(6);
    const { read, statuses } = asNobody(env, '/v1/spaces/demo/apps/hello', ports);
    expect(read).toBe('EACCES');
    expect(statuses.filter((status) => status !== 401 && status !== 403)).toEqual([]);
    expect(statuses).toHaveLength(ports.length);
  });
});

describe('the usual port of npm start', () => {
  it('is 8080, or the next one that is free, and says so', async () => {
    const first = start(join(folder), undefined);
    const second = start(join(folder), undefined);
    try {
      const texts = [await first.ready(), await second.ready()];
      const ports = texts.map((one) => Number(/HTTP API +http:\/\/127\.0\.0\.1:(\d+),/.exec(one)?.[1]));
      expect(new Set(ports).size).toBe(2);
      for (const [index, port] of ports.entries()) {
        expect(port).toBeGreaterThanOrEqual(8080);
        const said = `Port 8080 is taken: this one listens on ${port}.`;
        expect(texts[index]?.includes(said)).toBe(port !== 8080);
        // The same place each time, one for each port.
        expect(texts[index]).toContain(`/taskbridge/local-${port}/env`);
      }
    } finally {
      for (const { child } of [first, second]) child.kill('SIGKILL');
      await Promise.all([first.ended, second.ended]);
    }
  });
});
