import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Journal, openJournal } from '../../../local/data/journal.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-journal-'));
  file = join(folder, 'state');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const failures: unknown[] = [];
const open = (slackBytes?: number): Journal =>
  openJournal({
    file,
    onFailure: (error) => failures.push(error),
    ...(slackBytes === undefined ? {} : { slackBytes }),
  });

/** Values of the file, read by a journal that is closed again. */
function valuesNow(): Record<string, unknown> {
  const journal = open();
  journal.close();
  return Object.fromEntries(journal.values);
}

describe('a journal', () => {
  it('has what was written, as soon as it is written', () => {
    const journal = open();
    journal.set('a', { text: 'quote " line\n한국어 \u0000', list: [1, null, true] });
    journal.set('b', 1);
    journal.set('b', 2);
    journal.set('gone', 1);
    journal.delete('gone');
    journal.delete('never');
    // Not closed, as after SIGKILL.
    const kept = { a: { text: 'quote " line\n한국어 \u0000', list: [1, null, true] }, b: 2 };
    expect(valuesNow()).toEqual(kept);
    expect(valuesNow()).toEqual(kept);
  });

  it('writes nothing once it is closed', () => {
    const journal = open();
    journal.set('a', 1);
    journal.close();
    journal.set('b', 2);
    journal.delete('a');
    expect(valuesNow()).toEqual({ a: 1 });
    expect(failures).toEqual([]);
  });

  it('is for its user alone', async () => {
    open().close();
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  });

  it('stays as small as its values', async () => {
    const journal = open(10_000);
    const value = 'x'.repeat(500);
    for (let count = 0; count < 1_000; count += 1) journal.set(`key ${count % 5}`, value + count);
    journal.close();
    expect((await stat(file)).size).toBeLessThan(20_000);
    expect(Object.keys(valuesNow())).toHaveLength(5);
    expect(valuesNow()['key 4']).toBe(`${value}999`);
    expect(await readdir(folder)).toEqual(['state']);
  });

  it('says once that it cannot write, and goes on in memory', async () => {
    const journal = open(10);
    journal.set('a', 1);
    await rm(folder, { recursive: true });
    journal.set('b', 'a text that is long enough for the file to be written anew');
    journal.set('c', 3);
    expect(failures.splice(0)).toMatchObject([{ code: 'ENOENT' }]);
    expect(journal.values.get('c')).toBe(3);
  });
});

/** States after each change, the first without any. */
const STATES = [{}, { a: 1 }, { a: 1, b: 'two' }, { b: 'two' }, { b: 3 }];

async function writeStates(): Promise<Buffer> {
  const journal = open();
  journal.set('a', 1);
  journal.set('b', 'two');
  journal.delete('a');
  journal.set('b', 3);
  journal.close();
  return readFile(file);
}

describe('a file', () => {
  it('that ends anywhere after its first line has the changes whose lines are whole', async () => {
    const whole = await writeStates();
    const first = whole.indexOf('\n') + 1;
    for (let end = first; end <= whole.length; end += 1) {
      const cut = whole.subarray(0, end);
      await writeFile(file, cut);
      expect(valuesNow()).toEqual(STATES[cut.toString('latin1').split('\n').length - 2]);
    }
  });

  it('with any other byte than it was written with is refused, and stays as it is', async () => {
    const whole = await writeStates();
    // Without the last newline the last line is one that was cut.
    for (let at = 0; at < whole.length - 1; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      await writeFile(file, damaged);
      expect(open).toThrow(/state: (it is|a newer Taskbridge).*\. Nothing was changed\./);
      expect((await readFile(file)).equals(damaged)).toBe(true);
    }
  });

  it.each([
    ['of a newer version', 'taskbridge-local 2\nanything\n', 'a newer Taskbridge wrote it: format 2'],
    ['of another program', 'SQLite format 3\u0000\n', 'it is no data of a local Taskbridge'],
    ['without content', '', 'it is no data of a local Taskbridge'],
    ['of zeros', '\u0000'.repeat(100), 'it is no data of a local Taskbridge'],
    ['with a line of no entry', 'taskbridge-local 1\nab12\n', 'it is damaged at line 2'],
  ])('%s is refused, and stays as it is', async (_, content, why) => {
    await writeFile(file, content);
    expect(open).toThrow(why);
    expect(await readFile(file, 'utf8')).toBe(content);
  });

  it('whose replacement was not whole is used', async () => {
    await writeStates();
    await writeFile(`${file}.new`, 'taskbridge-local 1\n0000');
    expect(valuesNow()).toEqual(STATES.at(-1));
  });
});
