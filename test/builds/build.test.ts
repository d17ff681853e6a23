import { describe, expect, it } from '@jest/globals';
import { type BuildRecord, expiredBuilds, needsBuild, waitsTooLong } from '../../lib/builds/build.ts';
import { sourceId } from '../../lib/builds/source.ts';
import { appOf } from '../support/memory-ports.ts';

const CREATED = '2026-11-24T21:00:00Z';

const build = (name: string, more: Partial<BuildRecord> = {}): BuildRecord => ({
  ...{ space: 'team-a', name, uid: `uid-of-${name}`, createdAt: CREATED, deleting: false },
  ...{ labels: {}, annotations: {}, ownerUid: 'app-uid', id: '', sha256: '', repository: '' },
  condition: { status: 'False', reason: 'Failed' },
  ...more,
});

const named = (...names: readonly string[]) => names.map((name) => build(name));
const expired = (builds: readonly BuildRecord[], inUse?: string) =>
  expiredBuilds(builds, inUse).map(({ name }) => name);

describe('expiredBuilds', () => {
  it('are those before the newest five ended ones', () => {
    expect(expired(named('8', '7', '6', '5', '4'))).toEqual([]);
    expect(expired(named('8', '7', '6', '5', '4', '3', '2'))).toEqual(['3', '2']);
  });

  it('are never the one whose image is in use', () => {
    expect(expired(named('8', '7', '6', '5', '4', '3', '2'), '3')).toEqual(['2']);
  });

  it('are neither active ones nor ones that are being deleted, and those do not count', () => {
    const active = build('9', { condition: { status: 'Unknown' } });
    const fresh = build('a', { condition: undefined });
    const going = build('1', { deleting: true });
    expect(expired([fresh, active, ...named('8', '7', '6', '5', '4'), going])).toEqual([]);
  });
});

describe('a pending build', () => {
  const after = (ms: number) => new Date(Date.parse(CREATED) + ms);

  it.each([
    ['a moment less than 30 minutes may go on', 'pending', 30 * 60_000 - 1, false],
    ['30 minutes waits too long', 'pending', 30 * 60_000, true],
    ['no more, since it runs, may take longer', 'running', 60 * 60_000, false],
  ] as const)('%s', (_, state, ms, is) => {
    expect(waitsTooLong({ state, createdAt: CREATED }, after(ms))).toBe(is);
  });
});

describe('an app', () => {
  const source = { sha256: 'a'.repeat(64) };
  const newest = { name: 'b', id: sourceId(source), sha256: source.sha256, createdAt: CREATED };

  it.each([
    ['of an image needs no build', appOf('billing'), false],
    ['of a source that nobody looked at does', appOf('billing', { source }), true],
    [
      'whose build ended does not',
      { ...appOf('billing', { source }), build: { ...newest, state: 'failed' } },
      false,
    ],
    [
      'whose build goes on does',
      { ...appOf('billing', { source }), build: { ...newest, state: 'running' } },
      true,
    ],
    [
      'whose build was of another source does',
      { ...appOf('billing', { source }), build: { ...newest, id: 'other', state: 'succeeded' } },
      true,
    ],
  ] as const)('%s', (_, app, needs) => {
    expect(needsBuild(app)).toBe(needs);
  });
});
