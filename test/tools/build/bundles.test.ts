import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BUNDLES } from '../../support/bundles.ts';

/** Texts that only the code of a part has, as it stands in a minified bundle. */
const MARKS = {
  rules: 'EventBridgeServiceException',
  cluster: '/apis/',
  archive: 'Logs_20140328',
  cloudFormationResponses: 'ResponseURL',
};

describe('the bundle of a function', () => {
  it.each([
    ['run-task', ['cluster']],
    ['fire-job', ['cluster']],
    ['read', ['cluster', 'archive']],
    ['reconcile', ['rules', 'cluster']],
    ['cleanup', ['rules', 'cloudFormationResponses']],
  ])('of %s holds %j alone', async (name, parts) => {
    const text = await readFile(join(BUNDLES, `${name}.mjs`), 'utf8');
    const found = Object.entries(MARKS).filter(([, mark]) => text.includes(mark));
    expect(found.map(([part]) => part)).toEqual(parts);
  });
});
