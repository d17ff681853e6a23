import type { Verb } from '../verb.ts';
import { VERSION } from '../version.ts';

export const version: Verb = {
  name: 'version',
  group: 'This command',
  summary: 'show the version of this command',
  offline: true,
  args: [],
  flags: [],
  examples: [['version', 'prints, for example, taskbridge 1.0.0']],
  run: async ({ screen }) => {
    screen.line(VERSION);
    return undefined;
  },
};
