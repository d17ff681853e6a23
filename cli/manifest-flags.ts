import type { Flag } from './verb.ts';

/** Flags for the values of variables in a manifest. */
export const VARIABLES: readonly Flag[] = [
  { flags: '--var <NAME=VALUE>', description: 'value of ((NAME)) in the manifest', repeatable: true },
  {
    flags: '--vars-file <file>',
    description: 'YAML file with values of variables; --var wins',
    repeatable: true,
  },
];

/** Flag for a file of jobs. */
export const FILE: Flag = {
  flags: '-f, --manifest <file>',
  description: 'Cloud Foundry manifest with jobs, or a folder of them',
};
