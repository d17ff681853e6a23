import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Codec, type Data, openData } from '../../../local/data/data.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-data-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (path: string): Promise<Data> =>
  openData(path, {
    onFailure: (error) => {
      throw error;
    },
  });

const NUMBER: Codec<number> = { encode: (value) => value, decode: Number };

describe('the folder of the data', () => {
  it('is made, and is for its user alone', async () => {
    const data = await open(join(folder, 'a', 'b'));
    expect(data.isNew).toBe(true);
    const files = await data.files('cluster');
    for (const path of [join(folder, 'a', 'b'), files])
      expect(((await stat(path)).mode & 0o777).toString(8)).toBe('700');
    for (const name of (await readdir(join(folder, 'a', 'b'))).filter((one) => one !== 'cluster'))
      expect(((await stat(join(folder, 'a', 'b', name))).mode & 0o777).toString(8)).toBe('600');
    await data.close();
    expect(await readdir(data.folder)).toEqual(['cluster', 'state']);
  });

  it('may be there, empty, and is closed to others then; by a link it is the same', async () => {
    await mkdir(join(folder, 'own'));
    await chmod(join(folder, 'own'), 0o755);
    await symlink('own', join(folder, 'link'));
    const data = await open(join(folder, 'link'));
    expect(data.folder.endsWith('/own')).toBe(true);
    expect(((await stat(data.folder)).mode & 0o777).toString(8)).toBe('700');
    await expect(open(join(folder, 'own'))).rejects.toThrow('is in use by another npm start');
    await data.close();
    const again = await open(join(folder, 'own'));
    expect(again.isNew).toBe(false);
    await again.close();
  });

  it.each([
    ['a file', 'file', /file is a file\. Name a folder\./],
    [
      'a folder with other files',
      'full',
      /full holds other files\. Name an empty folder, or one to be made\./,
    ],
    ['a path that is too long for a socket', 'x'.repeat(100), /is too long for a socket: at most \d+ bytes/],
  ])('cannot be %s', async (_, name, message) => {
    await writeFile(join(folder, 'file'), 'mine');
    await mkdir(join(folder, 'full'));
    await chmod(join(folder, 'full'), 0o755);
    await writeFile(join(folder, 'full', 'letter'), 'mine');
    await expect(open(join(folder, name))).rejects.toThrow(message);
    expect(await readdir(join(folder, 'full'))).toEqual(['letter']);
    expect(((await stat(join(folder, 'full'))).mode & 0o777).toString(8)).toBe('755');
  });

  it('that is damaged stays as it is, and can be opened once it is mended', async () => {
    const data = await open(folder);
    data.map('a', NUMBER).set('b', 1);
    await data.close();
    const good = await readFile(join(folder, 'state'));
    await writeFile(join(folder, 'state'), `${good}damaged\n`);
    await expect(open(folder)).rejects.toThrow('state: it is damaged at line 3. Nothing was changed.');
    await writeFile(join(folder, 'state'), good);
    const mended = await open(folder);
    expect([...mended.map('a', NUMBER)]).toEqual([['b', 1]]);
    await mended.close();
  });
});

describe('the maps of the data', () => {
  it('have their own keys, and the same at the next start', async () => {
    const data = await open(folder);
    const one = data.map('one', NUMBER).set('x', 1).set('y z', 2);
    data.map('on', NUMBER).set('e x', 3);
    one.delete('x');
    expect([...one]).toEqual([['y z', 2]]);
    await data.close();
    const next = await open(folder);
    expect([...next.map('one', NUMBER)]).toEqual([['y z', 2]]);
    expect([...next.map('on', NUMBER)]).toEqual([['e x', 3]]);
    next.map('one', NUMBER).clear();
    expect([...next.map('one', NUMBER)]).toEqual([]);
    await next.close();
  });
});

/** Process that opens the folder and says so. */
const HOLDER = `
  import { openData } from ${JSON.stringify(new URL('../../../local/data/data.ts', import.meta.url).href)};
  await openData(process.argv[1], { onFailure: () => {} });
  console.log('open');
  setInterval(() => {}, 1000);
`;

describe('the lock', () => {
  it('is had by one of many that start at once, at most', async () => {
    for (let round = 0; round < 20; round += 1) {
      const opened = await Promise.allSettled(Array.from({ length: 5 }, () => open(folder)));
      const got = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(got.length).toBeLessThanOrEqual(1);
      for (const data of got) await data.close();
    }
  });

  it('is that of a process, however it ends', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', HOLDER, folder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await once(child.stdout, 'data');
      await expect(open(folder)).rejects.toThrow('is in use by another npm start');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await (await open(folder)).close();
    expect(await readdir(folder)).toEqual(['state']);
  });
});
