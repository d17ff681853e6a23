import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendLog } from '../../../local/kubernetes/kubelet/container-log.ts';
import { parseLogOptions } from '../../../local/kubernetes/kubelet/log-options.ts';
import { copyLog } from '../../../local/kubernetes/kubelet/log-reader.ts';

const LINE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (stdout|stderr) ([FP]) (.*)$/;
const PIECE = 16 * 1024;

let directory = '';
let file = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'container-log-'));
  file = join(directory, 'log');
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Writes texts to stdout, each as one chunk, and returns the lines of the file. */
async function written(...texts: readonly string[]): Promise<string[][]> {
  const log = appendLog(file, () => undefined);
  const stdout = new PassThrough();
  log.pipeFrom('stdout', stdout);
  for (const text of texts) stdout.write(text);
  stdout.end();
  await log.close();
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => LINE.exec(line)?.slice(1) ?? [line]);
}

async function read(query: string): Promise<string> {
  const chunks: Buffer[] = [];
  const out = new Writable({
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const options = parseLogOptions('pod', new URLSearchParams(query));
  await copyLog(file, options, out, () => Promise.resolve(false));
  return Buffer.concat(chunks).toString();
}

describe('the log file', () => {
  it.each([
    [
      'lines',
      ['a\nb\n'],
      [
        ['F', 'a'],
        ['F', 'b'],
      ],
    ],
    [
      'a line in pieces',
      ['a', 'b\nc\n'],
      [
        ['F', 'ab'],
        ['F', 'c'],
      ],
    ],
    ['an empty line', ['\n'], [['F', '']]],
    [
      'a last line without its end',
      ['a\nb'],
      [
        ['F', 'a'],
        ['P', 'b'],
      ],
    ],
    ['a character that is cut', ['한글\n'], [['F', '한글']]],
  ])('keeps %s', async (_, texts, expected) => {
    expect((await written(...texts)).map(([, tag, text]) => [tag, text])).toEqual(expected);
  });

  it('splits a long line as the container runtime does', async () => {
    const lines = await written(`${'x'.repeat(40_000)}\nend\n`);
    expect(lines.map(([, tag, text]) => [tag, text?.length])).toEqual([
      ['P', PIECE],
      ['P', PIECE],
      ['F', 40_000 - 2 * PIECE],
      ['F', 3],
    ]);
  });
});

describe('reading', () => {
  it('joins partial lines under one timestamp', async () => {
    await written(`${'x'.repeat(40_000)}\nend\n`);
    const [long, end] = (await read('timestamps=true')).split('\n');
    expect(long).toMatch(/^\S{30} x{40000}$/);
    expect(end).toMatch(/^\S{30} end$/);
  });

  it('counts partial lines in the tail, as a real kubelet does', async () => {
    await written(`${'x'.repeat(40_000)}\nend\n`);
    expect(await read('tailLines=2')).toBe(`${'x'.repeat(40_000 - 2 * PIECE)}\nend\n`);
  });

  it.each([
    ['all', '', '1\n2\n3\n'],
    ['the tail', 'tailLines=2', '2\n3\n'],
    ['more than there is', 'tailLines=9', '1\n2\n3\n'],
    ['no line', 'tailLines=0', ''],
    ['so many bytes', 'limitBytes=3', '1\n2'],
    ['bytes of the tail', 'tailLines=1&limitBytes=1', '3'],
    ['what is since long ago', 'sinceTime=2020-01-01T00:00:00Z', '1\n2\n3\n'],
    ['what is since tomorrow', `sinceTime=${new Date(Date.now() + 86_400_000).toISOString()}`, ''],
    ['the last hour', 'sinceSeconds=3600', '1\n2\n3\n'],
  ])('%s', async (_, query, expected) => {
    await written('1\n2\n3\n');
    expect(await read(query)).toBe(expected);
  });

  it('truncates sinceTime to whole seconds', async () => {
    await written('now\n');
    const [time = ''] = (await read('timestamps=true')).split(' ');
    expect(await read(`sinceTime=${time.slice(0, 19)}.999999999Z`)).toBe('now\n');
  });

  it('finds the tail of a log larger than one block', async () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index}`);
    await written(`${lines.join('\n')}\n`);
    expect(await read('tailLines=20000')).toBe(`${lines.slice(-20_000).join('\n')}\n`);
  });

  it.each([
    ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['limitBytes=0', 'limitBytes: Invalid value: 0: must be greater than 0'],
    ['sinceSeconds=0', 'sinceSeconds: Invalid value: 0: must be greater than 0'],
    ['sinceTime=yesterday', 'parsing time "yesterday"'],
    ['sinceTime=2026-01-01T00:00:00Z&sinceSeconds=1', 'at most one of `sinceTime` or `sinceSeconds`'],
  ])('rejects %s', (query, message) => {
    expect(() => parseLogOptions('pod', new URLSearchParams(query))).toThrow(message);
  });
});
