import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { death, isAlive } from './processes.ts';

/** `npm start` with its temporary files in a folder of the test. */
function start(temporary: string, port: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts'], {
    env: { PATH: process.env.PATH, TMPDIR: temporary, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: once(child, 'close') };
}

/** Of a task, or of its log. */
const Answer = v.object({ name: v.optional(v.string()), log: v.optional(v.string()) });

/** Output until it is ready. */
const readyText = (stdout: NodeJS.ReadableStream): Promise<string> =>
  new Promise((resolve) => {
    let said = '';
    stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Press Ctrl-C to stop.')) resolve(said);
    });
  });

/** Files without those of tsx. */
const filesIn = async (temporary: string) =>
  (await readdir(temporary)).filter((name) => name.startsWith('taskbridge-'));

describe('npm start leaves no files behind', () => {
  let temporary: string;
  let other: TestServer;

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'test-main-'));
    other = await startServer(() => {});
  });
  afterAll(async () => {
    await other.close();
    await rm(temporary, { recursive: true });
  });

  it('if its port is taken', async () => {
    const { child, ended } = start(temporary, new URL(other.endpoint).port);
    const said = text(child.stderr);
    expect(await ended).toEqual([1, null]);
    expect(await said).toContain('EADDRINUSE');
    expect(await filesIn(temporary)).toEqual([]);
  });

  it('when it is stopped', async () => {
    const { child, ended } = start(temporary, '0');
    await Promise.race([readyText(child.stdout), ended]);
    expect(await filesIn(temporary)).toHaveLength(2);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(await filesIn(temporary)).toEqual([]);
  });
});

describe('npm start after SIGKILL', () => {
  it('leaves no task running', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'test-main-'));
    const { child, ended } = start(temporary, '0');
    try {
      const url = /HTTP API +(\S+),/.exec(await readyText(child.stdout))?.[1];
      const space = `${url}/v1/spaces/demo`;
      const call = async (method: string, path: string, body?: object) => {
        const response = await fetch(`${space}${path}`, { method, body: JSON.stringify(body) });
        return v.parse(Answer, await response.json());
      };
      await call('PUT', '/apps/billing', { image: 'busybox:1' });
      const { name } = await call('POST', '/apps/billing/tasks', { command: 'echo $$; exec sleep 600' });
      const line = await eventually(async () => (await call('GET', `/tasks/${name}/logs`)).log || undefined, {
        withinMs: 20_000,
        what: 'the number of the process',
      });
      const pid = Number(line);
      expect(isAlive(pid)).toBe(true);
      child.kill('SIGKILL');
      await ended;
      await death(pid);
    } finally {
      child.kill('SIGKILL');
      await rm(temporary, { recursive: true, force: true });
    }
  });
});
