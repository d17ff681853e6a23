import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CommandLine, commandLine } from '../support/command-line.ts';

describe('a damaged file of target', () => {
  let folder: string;
  let file: string;
  let run: CommandLine;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'settings-test-'));
    file = join(folder, 'taskbridge/config.json');
    await mkdir(join(folder, 'taskbridge'));
    run = await commandLine({ XDG_CONFIG_HOME: folder });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ['', 'it is not JSON', {}],
    ['no', 'it is not JSON', {}],
    ['{"url":"http://127.0.0.1:2"', 'it is not JSON', {}],
    ['\0\0', 'it is not JSON', {}],
    ['5', 'it is 5, not an object with url, space and sign', {}],
    ['null', 'it is null, not an object with url, space and sign', {}],
    ['{"url":"ftp://x","sign":true}', 'url is "ftp://x", not an http(s) URL', { sign: true }],
    ['{"url":5}', 'url is 5, not a text', {}],
    ['{"space":null,"sign":"yes"}', 'space is null, not a text, sign is "yes", not true or false', {}],
    ['{"token":"x","sign":false}', 'token is not known', { sign: false }],
  ])('%j is named by every verb and mended by target', async (text, problem, kept) => {
    await writeFile(file, text);
    for (const verb of ['apps', 'target'])
      expect(await run(`taskbridge ${verb}`)).toEqual({
        code: 2,
        out: '',
        err: `taskbridge: ${file} is damaged: ${problem}. To write it again: taskbridge target URL -s SPACE. See "taskbridge help ${verb}".\n`,
      });
    const mended = await run('taskbridge target http://127.0.0.1:2 -s team-a --no-check');
    expect(mended).toEqual({
      code: 0,
      out: 'Now using: http://127.0.0.1:2, space team-a.\n',
      err: `Warning: ${file} is damaged: ${problem}. It is replaced.\n`,
    });
    const stored = { ...kept, url: 'http://127.0.0.1:2', space: 'team-a' };
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(stored);
    expect((await run('taskbridge target')).code).toBe(0);
  });

  it('that is a folder cannot be read or written, which is said', async () => {
    await mkdir(file);
    const { code, err } = await run('taskbridge apps');
    expect([code, err]).toEqual([2, expect.stringContaining(`${file} can't be read (EISDIR`)]);
  });

  it('in a place that is no folder is absent, and cannot be written', async () => {
    await rm(join(folder, 'taskbridge'), { recursive: true });
    await writeFile(join(folder, 'taskbridge'), '');
    expect((await run('taskbridge target')).code).toBe(0);
    const { code, err } = await run('taskbridge target http://127.0.0.1:2 --no-check');
    expect([code, err]).toEqual([1, expect.stringContaining(`${file} can't be written (`)]);
  });
});
