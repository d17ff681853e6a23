import { beforeAll, describe, expect, it } from '@jest/globals';
import { readCommandLine } from '../../cli/program.ts';
import { VERBS } from '../../cli/verbs.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';

const help = (...args: readonly string[]) => readCommandLine(VERBS, args);

describe('the help', () => {
  it('has every verb of the command line', async () => {
    const text = await help();
    for (const { name, summary } of VERBS)
      expect(text).toMatch(new RegExp(`^  ${name}[| ].*${summary}$`, 'm'));
    expect(await help('--help')).toBe(text);
  });

  it.each(VERBS.map(({ name }) => name))(
    'of %s has examples that the command line understands',
    async (name) => {
      const text = await help('help', name);
      expect(text).toContain(`Usage: taskbridge ${name}`);
      expect(await help(name, '--help')).toBe(text);
      const examples = [...String(text).matchAll(/^ {2}taskbridge (.*)$/gm)];
      expect(examples.length).toBeGreaterThan(0);
      for (const [, example = ''] of examples) {
        const words = example.replace(/ > .*/, '').match(/"[^"]*"|\S+/g) ?? [];
        const call = await help(...words.map((word) => word.replace(/^"|"$/g, '')));
        expect(call).toMatchObject({ verb: { name } });
      }
    },
  );
});

describe('a text of the help', () => {
  const texts = VERBS.flatMap(({ name, summary, args, flags, examples }) => [
    { of: name, text: summary },
    ...args.map((argument) => ({ of: `${name} ${argument.name}`, text: argument.description })),
    ...flags
      .filter(({ hidden }) => hidden !== true)
      .map((flag) => ({ of: `${name} ${flag.flags}`, text: flag.description })),
    ...examples.map(([command, description]) => ({ of: command, text: description })),
  ]);

  it('is one line of 65 characters at most, without a full stop', () => {
    expect(texts.filter(({ text }) => text.length > 65 || /[.\n]$|\n/.test(text))).toEqual([]);
  });
});

describe('completion', () => {
  let run: CommandLine;
  beforeAll(async () => {
    run = await commandLine({});
  });

  it.each([
    ['verbs', 'taskbridge run-', 'run-task run-job'],
    ['flags', 'taskbridge tasks --s', '--state'],
    ['values', 'taskbridge tasks --state ru', 'running'],
    ['values of short flags', 'taskbridge jobs -o y', 'yaml'],
  ])('completes %s in bash', async (_, line, words) => {
    const script = `source <(taskbridge completion bash); COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _taskbridge; echo "\${COMPREPLY[*]}"`;
    expect(await run(script)).toEqual({ code: 0, out: `${words}\n`, err: '' });
  });

  it.each(['zsh', 'fish'])('knows every verb in %s', async (shell) => {
    const { out } = await run(`taskbridge completion ${shell}`);
    for (const { name } of VERBS) expect(out).toContain(name);
  });
});
