import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleFunctions } from '../../local/gateway/bundle.ts';
import { readServerless } from '../../local/serverless.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Texts that only the code of a part has, as it stands in a minified bundle. */
const MARKS = {
  rules: 'EventBridgeServiceException',
  cluster: '/apis/',
  archive: 'Logs_20140328',
  stackAnswers: 'ResponseURL',
};
const MEANT = ['run-task', 'fire-job', 'read', 'reconcile', 'cleanup'];

describe('the bundle of a function', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taskbridge-bundles-'));
    const deployment = await readServerless(join(root, 'serverless.yml'));
    const functions = deployment.functions.filter(({ name }) => MEANT.includes(name));
    await bundleFunctions(root, { ...deployment, functions }, folder);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['run-task', ['cluster']],
    ['fire-job', ['cluster']],
    ['read', ['cluster', 'archive']],
    ['reconcile', ['rules', 'cluster']],
    ['cleanup', ['rules', 'stackAnswers']],
  ])('of %s holds %j alone', async (name, parts) => {
    const text = await readFile(join(folder, `${name}.mjs`), 'utf8');
    const found = Object.entries(MARKS).filter(([, mark]) => text.includes(mark));
    expect(found.map(([part]) => part)).toEqual(parts);
  });
});
