import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readText } from '../../cli/text-file.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('a text file', () => {
  let run: CommandLine;
  let folder = '';
  beforeAll(async () => {
    run = await commandLine({ TASKBRIDGE_URL: 'http://127.0.0.1:9', TASKBRIDGE_SPACE: 'demo' });
    folder = await mkdtemp(join(tmpdir(), 'taskbridge-text-'));
  });

  it('is read without its byte order mark', async () => {
    await writeFile(join(folder, 'bom'), '\ufeff{"a":"ä"}');
    expect(await readText(join(folder, 'bom'))).toBe('{"a":"ä"}');
  });

  it.each([
    ['a mark', Buffer.from('\ufeff{}', 'utf16le')],
    ['a mark, big-endian', bigEndian('\ufeff{}')],
    ['no mark', Buffer.from('{}', 'utf16le')],
    ['no mark, big-endian', bigEndian('{}')],
  ])('in UTF-16 with %s is named as such', async (_, bytes) => {
    await writeFile(join(folder, 'wide'), bytes);
    await expect(readText(join(folder, 'wide'))).rejects.toThrow(/wide is UTF-16: save it as UTF-8\.$/);
  });

  it.each([
    'import pcf-scheduler',
    'push a -f',
    'push a -f test/fixtures/pcf-scheduler/space.json --vars-file',
    'create-trigger a --pattern',
  ])('is read so by %s', async (line) => {
    await writeFile(join(folder, 'wide'), Buffer.from('\ufeff{}', 'utf16le'));
    const { code, err } = await run(`taskbridge ${line} ${folder}/wide`);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('wide is UTF-16: save it as UTF-8.'),
    });
  });
});
