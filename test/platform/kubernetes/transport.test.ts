import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cachedToken, fileToken } from '../../../lib/platform/kubernetes/transport.ts';

describe('cachedToken', () => {
  it('is made anew when its time is up or it was refused, and only then', async () => {
    let now = 0;
    let made = 0;
    const token = cachedToken(
      async () => `token-${++made}`,
      600,
      () => now,
    );
    expect([await token(false), await token(false)]).toEqual(['token-1', 'token-1']);
    now = 599;
    expect(await token(false)).toBe('token-1');
    now = 600;
    expect(await token(false)).toBe('token-2');
    expect(await token(true)).toBe('token-3');
    expect(await token(false)).toBe('token-3');
  });

  it('keeps nothing of a failure', async () => {
    const answers = [Promise.reject(new Error('no key')), Promise.resolve('token')];
    const token = cachedToken(
      async () => (await answers.shift()) ?? '',
      600,
      () => 0,
    );
    await expect(token(false)).rejects.toThrow('no key');
    expect(await token(false)).toBe('token');
  });
});

describe('fileToken', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taskbridge-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('follows a file that is written anew, within a minute', async () => {
    const file = join(folder, 'token');
    let now = 0;
    const token = fileToken(file, () => now);
    await writeFile(file, 'one\n');
    expect(await token(false)).toBe('one');
    await writeFile(file, 'two\n');
    expect(await token(false)).toBe('one');
    now = 60_000;
    expect(await token(false)).toBe('two');
  });
});
