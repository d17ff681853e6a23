import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withBuildTools } from '../../../local/lifecycle/tools.ts';
import { serveSources, sha256Of } from '../../support/source-server.ts';

const run = promisify(execFile);
const SOURCE = Buffer.from('bytes of a source');

describe('the programs that fetch a source', () => {
  let directory = '';
  let path = '';
  let server: Awaited<ReturnType<typeof serveSources>>;
  const shell = (script: string) => run('/bin/sh', ['-c', script], { env: { PATH: path }, cwd: directory });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'taskbridge-tools-'));
    path = await withBuildTools(join(directory, 'nothing'), directory);
    server = await serveSources({ source: SOURCE });
  });

  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('are those of the machine, if installed', async () => {
    const own = join(directory, 'tools');
    expect(await withBuildTools(own, join(directory, 'other'))).toBe(own);
  });

  it('download a file, or fail', async () => {
    await shell(`wget -q -O fetched ${server.url}/source`);
    expect(await readFile(join(directory, 'fetched'))).toEqual(SOURCE);
    await expect(shell(`wget -q -O other ${server.url}/gone`)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('404'),
    });
  });

  it('verify the checksum', async () => {
    await shell(`wget -q -O fetched ${server.url}/source`);
    const check = (sum: string) => shell(`echo "${sum}  fetched" | sha256sum -c -`);
    expect((await check(sha256Of(SOURCE))).stdout).toBe('fetched: OK\n');
    await expect(check('0'.repeat(64))).rejects.toMatchObject({ code: 1, stdout: 'fetched: FAILED\n' });
  });
});
