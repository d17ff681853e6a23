import type { Verb } from '../verb.ts';

export const exportJobs: Verb = {
  name: 'export',
  group: 'Jobs',
  summary: 'write the apps and jobs of the space as a manifest',
  more:
    'The output is a file for apply and push, of this space or another. A value of a Secret is named there, and not written; a ' +
    'variable that was given as text is written as text.',
  args: [{ name: '[app]', description: 'name of the app (default: all apps of the space)' }],
  flags: [],
  examples: [
    ['export > manifest.yml', 'all apps of the space'],
    ['export billing --space test > billing.yml', 'one app of another space'],
  ],
  run: async (context, given) => {
    const { exportSpace } = await import('../export-file.ts');
    await exportSpace(context, given.optionalArgument(0));
    return undefined;
  },
};
