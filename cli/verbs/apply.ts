import { FILE, VARIABLES } from '../manifest-flags.ts';
import type { Verb } from '../verb.ts';

export const apply: Verb = {
  name: 'apply',
  group: 'Jobs',
  summary: 'make the jobs of apps those of a file',
  more:
    'A job that the file changes is replaced as a whole; without suspend it stays suspended or not, as it is. A file that is wrong ' +
    'anywhere changes nothing. The apps must exist: push creates them.',
  args: [],
  flags: [
    FILE,
    ...VARIABLES,
    { flags: '--prune', description: 'delete jobs that apply created and that the file no longer has' },
    { flags: '--dry-run', description: 'only show what it would do' },
  ],
  examples: [
    ['apply -f manifest.yml', 'the jobs of all its apps'],
    ['apply -f jobs/ --prune --dry-run', 'what the files of a folder would change, deletions included'],
  ],
  run: async (context, given) => {
    const { applyFiles } = await import('../apply-file.ts');
    await applyFiles(context, given, { prune: given.isSet('prune'), dryRun: given.isSet('dry-run') });
    return undefined;
  },
};
