import manifest from '../package.json' with { type: 'json' };

/** As `version` and `--version` show it. */
export const VERSION = `taskbridge ${manifest.version}`;
