import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { COMMAND_FILE } from './command-line.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Words beside `sh` in the fence of a block that tests do not run, with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  internet: 'needs the internet',
  account: 'needs an account of AWS',
  server: 'runs until Ctrl-C: the test starts its own',
  removes: 'removes what other tests use',
  choice: 'is one of several ways',
};

/** Commands of a page, and the lines that the page shows as their output. */
export type Step = {
  readonly place: string;
  readonly commands: string;
  /** Absent: a test runs it. */
  readonly mark?: string;
  readonly output: string;
};

/**
 * Steps of a page: its blocks ```` ```sh ````, each with the block ```` ```output ```` after it. Throws for a block without
 * a language, and for a mark that there is not.
 */
export async function stepsOf(page: string): Promise<readonly Step[]> {
  const source = await readFile(join(ROOT, page), 'utf8');
  const steps: Step[] = [];
  for (const { 1: info = '', 2: content = '', index } of source.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
    const place = `${page}:${source.slice(0, index).split('\n').length}`;
    const [language, mark, ...more] = info.split(' ');
    if (language === 'sh') {
      if (more.length > 0 || (mark !== undefined && NOT_RUN[mark] === undefined))
        throw new Error(`${place}: "${info}" has an unknown mark. There are: ${Object.keys(NOT_RUN)}.`);
      steps.push({ place, commands: content, output: '', ...(mark === undefined ? {} : { mark }) });
    } else if (language === 'output') {
      const before = steps.pop();
      if (before === undefined) throw new Error(`${place}: no commands stand before this output.`);
      steps.push({ ...before, output: content });
    } else if (language === '') {
      throw new Error(`${place}: say whether the block is "sh", "output" or a language.`);
    }
  }
  return steps;
}

/** Places of the steps that tests do not run, with their marks; prints them with the reason. */
export function notRun(steps: readonly Step[]): readonly string[] {
  const marked = steps.flatMap(({ mark, ...step }) => (mark === undefined ? [] : [{ ...step, mark }]));
  for (const { place, mark, commands } of marked)
    process.stderr.write(`${place} is not run, it ${NOT_RUN[mark]}: ${commands.split('\n')[0]}\n`);
  return marked.map(({ mark, commands }) => `${mark}: ${commands.split('\n')[0]}`);
}

/** Shell of a reader: a home of its own, and `taskbridge`, `npx` and other programs on its PATH. */
export type Reader = {
  readonly home: string;
  /**
   * Runs the steps without a mark in one shell, until one fails. Throws where one fails, or prints other lines than its page
   * shows: those lines in this order, with `…` for any text, beside others.
   */
  follow(steps: readonly Step[], variables?: Readonly<Record<string, string>>): Promise<void>;
};

/** `programs`: their paths by name. */
export async function reader(programs: Readonly<Record<string, string | undefined>> = {}): Promise<Reader> {
  const home = await mkdtemp(join(tmpdir(), 'test-page-'));
  const bin = join(home, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  for (const [name, path] of Object.entries({ taskbridge: COMMAND_FILE, ...programs }))
    if (path !== undefined) await symlink(path, join(bin, name));
  return {
    home,
    follow: async (steps, variables = {}) => {
      const run = steps.filter(({ mark }) => mark === undefined);
      const script = run.map(({ commands }) => `${commands}\nprintf '\\036'\n`).join('');
      const env = { HOME: home, PATH: `${bin}:${process.env.PATH}`, TZ: 'UTC', ...variables };
      const child = spawn('bash', ['-c', `exec 2>&1; set -e\n${script}`], { cwd: ROOT, env });
      child.stdin.end();
      const ended = new Promise((resolve) => child.on('close', resolve));
      const printed = (await text(child.stdout)).split('\u001e');
      const code = await ended;
      for (const [index, step] of run.entries())
        check(step, printed[index], { failed: index + 1 >= printed.length, code });
    },
  };
}

function check({ place, output }: Step, printed = '', end: { failed: boolean; code: unknown }): void {
  if (end.failed) throw new Error(`${place} ended with exit code ${end.code}:\n${printed}`);
  const lines = printed.split('\n');
  for (const shown of output.split('\n').filter((line) => line !== '')) {
    const at = lines.findIndex((line) => patternOf(shown).test(line));
    if (at === -1) throw new Error(`${place} does not print "${shown}", or not there, but:\n${printed}`);
    lines.splice(0, at + 1);
  }
}

const patternOf = (shown: string): RegExp =>
  new RegExp(
    `^${shown
      .replace(/[.*+?^$()|[\]\\{}]/g, '\\$&')
      .replaceAll('…', '.*')
      .replace(/ {2,}/g, ' +')}$`,
  );
