import { readlink } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import manifest from '../../../package.json' with { type: 'json' };
import lock from '../../../package-lock.json' with { type: 'json' };

/** Names of the locked packages that have an install script, sorted. */
const withScript = Object.entries(lock.packages)
  .filter(([, found]) => 'hasInstallScript' in found && found.hasInstallScript)
  .map(([path]) => path.replace(/^.*node_modules\//, ''))
  .sort();

describe('npm ci', () => {
  it('knows each install script of a dependency by name, and none that is not there', () => {
    expect(Object.keys(manifest.allowScripts)).toEqual(withScript);
  });

  it('links the command where npx finds it, and package.json names none to install first', async () => {
    expect(await readlink(new URL('../../../node_modules/.bin/taskbridge', import.meta.url))).toBe(
      '../../dist/taskbridge.mjs',
    );
    expect(manifest).not.toHaveProperty('bin');
  });
});
