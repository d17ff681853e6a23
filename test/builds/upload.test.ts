import { describe, expect, it } from '@jest/globals';
import { uploadSource } from '../../lib/builds/upload.ts';
import { spaceClosed } from '../../lib/platform/errors.ts';
import { memoryPorts, SPACE } from '../support/memory-ports.ts';

const SHA = 'a'.repeat(64);
const ASKED = { space: SPACE, app: 'billing', sha256: SHA, size: 10 };

/** Store in memory: sources by space, app and name. */
function portsOver(stored: readonly string[] = [], maxBytes = 10) {
  const keyOf = (...parts: readonly string[]) => parts.join('/');
  const sources = {
    has: async (space: string, app: string, sha256: string) => stored.includes(keyOf(space, app, sha256)),
    upload: async (space: string, app: string, { sha256 }: { sha256: string }) => ({
      method: 'PUT' as const,
      url: keyOf(space, app, sha256),
      headers: {},
      expiresAt: '2026-11-24T21:15:00Z',
    }),
    download: async () => '',
  };
  return { ...memoryPorts(), uploads: { sources, maxBytes } };
}

describe('uploadSource', () => {
  it('returns an upload, also for an app that does not exist yet', async () => {
    expect(await uploadSource(portsOver(), { ...ASKED, app: 'new' })).toMatchObject({
      sha256: SHA,
      size: 10,
      upload: { method: 'PUT', url: `${SPACE}/new/${SHA}` },
    });
  });

  it('returns no upload for a source that is stored', async () => {
    expect(await uploadSource(portsOver([`${SPACE}/billing/${SHA}`]), ASKED)).toEqual({
      sha256: SHA,
      size: 10,
    });
  });

  it('ignores sources of other apps and spaces', async () => {
    const ports = portsOver([`${SPACE}/other/${SHA}`, `team-b/billing/${SHA}`]);
    expect(await uploadSource(ports, ASKED)).toHaveProperty('upload');
  });

  it('refuses a space that is closed, even with the source stored', async () => {
    const stored = portsOver([`team-b/billing/${SHA}`]);
    const find = async (space: string) => Promise.reject(spaceClosed(space));
    const ports = { ...stored, apps: { ...stored.apps, find } };
    await expect(uploadSource(ports, { ...ASKED, space: 'team-b' })).rejects.toMatchObject({
      kind: 'forbidden',
    });
  });

  it('refuses a source that is larger than the stage allows', async () => {
    await expect(uploadSource(portsOver(), { ...ASKED, size: 11 })).rejects.toMatchObject({
      kind: 'tooLarge',
      message: expect.stringContaining('11 bytes; at most 10'),
    });
  });

  it('refuses when the stage builds no images', async () => {
    await expect(uploadSource(memoryPorts(), ASKED)).rejects.toMatchObject({
      kind: 'invalid',
      fields: [{ field: 'source', message: expect.stringContaining('names no builder') }],
    });
  });
});
