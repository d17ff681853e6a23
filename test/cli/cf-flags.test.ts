import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CF_FLAGS } from '../../cli/cf-flags.ts';
import { readCommandLine } from '../../cli/program.ts';
import { TRAILING } from '../../cli/verb.ts';
import { VERBS } from '../../cli/verbs.ts';

/** Arguments of a verb, and a value where the flag takes one. */
const lineOf = (verb: string, flag: string, takesValue: boolean): string[] => {
  const args =
    VERBS.find(({ name }) => name === verb)
      ?.args.filter((argument) => argument !== TRAILING)
      .map(() => 'a') ?? [];
  return [verb, ...args, flag, ...(takesValue ? ['1'] : [])];
};
const flagsOf = (text: string): string[] => text.match(/--?[\w-]+/g) ?? [];

describe('a flag of cf or Kf', () => {
  const rows = CF_FLAGS.flatMap(([verb, text, use, meaning]) =>
    flagsOf(text).map((flag) => ({ verb, text, use, meaning, flag })),
  );

  it.each(rows)('of $verb is $use: $flag', async ({ verb, text, use, meaning, flag }) => {
    const line = lineOf(verb === '*' ? 'tasks' : verb, flag, text.includes('<'));
    const name = flagsOf(text).find((each) => each.startsWith('--')) ?? flag;
    if (use === 'refused') {
      await expect(readCommandLine(VERBS, line)).rejects.toThrow(`${name} is not supported: ${meaning}.`);
      return;
    }
    const call = await readCommandLine(VERBS, line);
    if (typeof call === 'string') throw new Error(call);
    expect(call.warnings).toEqual(use === 'ignored' ? [`${name} is ignored: ${meaning}.`] : []);
    expect(call.given.text(meaning)).toBe(use === 'taken' ? '1' : undefined);
  });

  it('may be repeated where it is ignored', async () => {
    const call = await readCommandLine(VERBS, [
      'push',
      'a',
      '-b',
      'x',
      '-b',
      'y',
      '--route',
      'r',
      '--no-route',
    ]);
    expect(call).toMatchObject({
      warnings: [
        expect.stringContaining('--buildpack is ignored'),
        expect.stringContaining('--route is ignored'),
        expect.stringContaining('--no-route is ignored'),
      ],
    });
  });

  it.each([
    ['push a --memory 1G -m 2G', 'Specify either --memory or --memory-limit, not both.'],
    ['push a -f m.yml --no-manifest', 'Specify either --manifest or --no-manifest, not both.'],
    ['tasks --sign --no-sign', 'Specify either --sign or --no-sign, not both.'],
  ])('is not specified with the one that it stands for: %s', async (line, message) => {
    await expect(readCommandLine(VERBS, line.split(' '))).rejects.toThrow(message);
  });

  it('is in the table of the documentation', () => {
    const table = [
      ...readFileSync('docs/flags.md', 'utf8').matchAll(
        /^\| `(.*)` \| `(.*)` \| (taken|ignored|refused) \| (.*) \|$/gm,
      ),
    ].map(([, verb, flags, use, meaning]) => [verb, flags, use, meaning]);
    expect(table).toEqual(
      CF_FLAGS.map(([verb, flags, use, meaning]) => [
        verb,
        flags,
        use,
        use === 'taken' ? `as \`${meaning.length === 1 ? '-' : '--'}${meaning}\`` : meaning,
      ]),
    );
  });
});
