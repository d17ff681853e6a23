import manifest from '../package.json' with { type: 'json' };

/** Output of `version` and `--version`. */
export const VERSION = `taskbridge ${manifest.version}`;
