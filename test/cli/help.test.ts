import { describe, expect, it } from '@jest/globals';
import { readCommandLine } from '../../cli/program.ts';
import { VERBS } from '../../cli/verbs.ts';

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
