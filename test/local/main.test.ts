import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type TestServer } from '../support/test-server.ts';

/** `npm start` with its temporary files in a folder of the test. */
function start(temporary: string, port: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts'], {
    env: { PATH: process.env.PATH, TMPDIR: temporary, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: once(child, 'close') };
}

/** The files of ours; tsx keeps its own. */
const filesIn = async (temporary: string) =>
  (await readdir(temporary)).filter((name) => name.startsWith('taskbridge-'));

describe('npm start leaves no file behind', () => {
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

  it('when its port is taken', async () => {
    const { child, ended } = start(temporary, new URL(other.endpoint).port);
    const said = text(child.stderr);
    expect(await ended).toEqual([1, null]);
    expect(await said).toContain('EADDRINUSE');
    expect(await filesIn(temporary)).toEqual([]);
  });

  it('when it is ended', async () => {
    const { child, ended } = start(temporary, '0');
    const ready = new Promise<void>((resolve) => {
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += chunk;
        if (said.includes('Ctrl-C ends it.')) resolve();
      });
    });
    await Promise.race([ready, ended]);
    expect(await filesIn(temporary)).toHaveLength(2);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(await filesIn(temporary)).toEqual([]);
  });
});
