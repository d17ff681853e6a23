import { readFile, writeFile } from 'node:fs/promises';
import { expect } from '@jest/globals';

const folder = new URL('../golden/', import.meta.url);
const UPDATE = 'UPDATE_GOLDEN';

/**
 * Compares `value` with `test/golden/<name>.golden.json`, character by character. With `UPDATE_GOLDEN=true` the file is
 * written, and the test fails all the same: nobody takes over a changed manifest without a look at it.
 */
export async function expectGolden(name: string, value: unknown): Promise<void> {
  const file = new URL(`${name}.golden.json`, folder);
  const text = `${JSON.stringify(value, undefined, 2)}\n`;
  if (process.env[UPDATE] === 'true') {
    await writeFile(file, text);
    throw new Error(`${name}.golden.json is written. Look at the difference, then run without ${UPDATE}.`);
  }
  expect(text).toBe(await readFile(file, 'utf8'));
}
