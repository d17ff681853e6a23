import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { noticeOf } from '../../../tools/build/notice.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const notice = noticeOf(root);

/** The list of packages, a line each. */
const packagesIn = (text: string): readonly string[] => text.match(/^\S+ \d+\.\S+ \(.+\)$/gm) ?? [];

describe('NOTICE', () => {
  it('is what the bundles hold; "npm run notice" writes it anew', async () => {
    const written = await readFile(new URL('../../../NOTICE', import.meta.url), 'utf8');
    expect(packagesIn(written)).toEqual(packagesIn(await notice));
    expect(written).toBe(await notice);
  });

  it('names packages of the functions and of the command line, each with a licence', async () => {
    const packages = packagesIn(await notice).map((line) => line.split(' ')[0]);
    expect(packages).toEqual(
      expect.arrayContaining(['@kubernetes/client-node', 'valibot', 'commander', 'yaml']),
    );
    expect(packages).not.toContain('esbuild');
    expect(await notice).not.toContain('no licence named');
  });
});
