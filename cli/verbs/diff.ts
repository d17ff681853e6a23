import { CliError, messageOf } from '../errors.ts';
import { FILE, VARIABLES } from '../manifest-flags.ts';
import type { Verb } from '../verb.ts';

/** Exit codes, as those of diff. */
const DIFFERENT = 1;
const FAILED = 2;

export const diff: Verb = {
  name: 'diff',
  group: 'Jobs',
  summary: 'show what apply would change, as a unified diff',
  more: 'Exit codes as of diff: 0 without a difference, 1 with one, 2 for an error.',
  args: [],
  flags: [
    FILE,
    ...VARIABLES,
    { flags: '--prune', description: 'with the jobs that apply --prune would delete' },
  ],
  examples: [
    ['diff -f manifest.yml', 'what apply would change'],
    ['diff -f jobs/ --prune', 'with deletions'],
  ],
  run: async (context, given) => {
    try {
      const { diffFiles } = await import('../diff-file.ts');
      return (await diffFiles(context, given, given.isSet('prune'))) ? DIFFERENT : undefined;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      context.screen.error(messageOf(error));
      return FAILED;
    }
  },
};
