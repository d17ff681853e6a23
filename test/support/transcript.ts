import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';
import type { CommandLine, Ended } from './command-line.ts';

/** Values that differ between runs, replaced by a name in transcripts. */
const PLACES: Readonly<Record<string, string>> = {
  id: '[0-9a-z]{5,12}',
  age: '\\d+[smh](?:\\d+s)?',
  until: 'in \\d+[smhd](?:\\d+[smh])?',
  // The reconcile of each minute counts the ends of tasks.
  healthy: '(?:True|<none>)',
  day: '[A-Z][a-z]{2} \\d{4}-\\d\\d-\\d\\d',
  clock: '\\d\\d:\\d\\d',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ',
  trace: '00-[0-9a-f]{32}-[0-9a-f]{16}-01',
  digest: '[0-9a-f]{64}',
  cut: '[^\\n]*…',
  size: '[0-9.]+ (?:Ki|Mi)?B',
  url: 'http://127\\.0\\.0\\.1:\\d+',
  home: '/\\S+/taskbridge-cli-\\w+',
  space: 'contract-[0-9a-f]{8}',
};

/**
 * Runs the commands of `test/cli/transcripts/<name>.txt` and compares the whole output of each. The file is written by
 * hand, as a terminal of 80 columns would show it (a line that needs a shell has a pipe, of no width): `$` a command; then
 * its output; `! ` a line of standard error; `[7]` an exit code that is not 0. `{id}`, `{age}` and the like stand for what
 * differs from run to run, `{cut}` for the end of a cut line, and two or more spaces for as many as align the columns.
 */
export async function replay(name: string, run: CommandLine): Promise<void> {
  const file = new URL(`../cli/transcripts/${name}.txt`, import.meta.url);
  for (const { command, expected } of stepsOf(await readFile(file, 'utf8'))) {
    const shown = show(await run(command, { env: { COLUMNS: '80' } }));
    if (!matches(expected, shown)) expect(`$ ${command}\n${shown}`).toBe(`$ ${command}\n${expected}`);
  }
}

const stepsOf = (text: string) =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const end = step.indexOf('\n');
      return { command: step.slice(0, end), expected: step.slice(end + 1) };
    });

const show = ({ out, err, code }: Ended): string =>
  `${out}${err.replace(/^(?=.)/gm, '! ')}${code === 0 ? '' : `[${code}]\n`}`;

function matches(expected: string, shown: string): boolean {
  const pattern = expected
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{(\w+)\}/g, (whole, place: string) => PLACES[place] ?? whole)
    .replace(/ {2,}/g, ' {2,}');
  return new RegExp(`^${pattern}$`).test(shown);
}
