import { createHash } from 'node:crypto';
import { beforeAll, describe, expect } from '@jest/globals';
import { s3Sources } from '../../../lib/builds/repository-sources.ts';
import type { Sources } from '../../../lib/builds/source.ts';
import type { Suite } from './cloud.ts';

const SOURCE = Buffer.from('a source of some bytes');
const SHA = createHash('sha256').update(SOURCE).digest('hex');
const FILE = { sha256: SHA, size: SOURCE.length };

/** The store of sources: presigned uploads and downloads of S3. */
export const sourcesContract: Suite = (cloud, it) => {
  describe('the port to sources', () => {
    let sources: Sources;
    const statusOf = async (
      { url, headers }: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
      body: Buffer,
    ): Promise<number> => {
      // fetch sends the length of the body and takes no other.
      const { 'content-length': _, ...sent } = headers;
      return (await fetch(url, { method: 'PUT', headers: sent, body: new Uint8Array(body) })).status;
    };

    beforeAll(() => {
      const { region, credentials, bucket, endpointOf } = cloud();
      sources = s3Sources(
        { bucket, region, credentials, endpoint: endpointOf('s3') },
        { now: () => new Date(), wait: async () => {} },
      );
    });

    it('has a source from its upload on, byte for byte', async () => {
      expect(await sources.has('team-a', 'billing', SHA)).toBe(false);
      expect(await statusOf(await sources.upload('team-a', 'billing', FILE), SOURCE)).toBe(200);
      expect(await sources.has('team-a', 'billing', SHA)).toBe(true);
      const downloaded = await fetch(await sources.download('team-a', 'billing', SHA));
      expect(Buffer.from(await downloaded.arrayBuffer()).equals(SOURCE)).toBe(true);
      expect(await sources.has('team-b', 'billing', SHA)).toBe(false);
    });

    it('refuses other bytes than were signed', async () => {
      const upload = await sources.upload('team-a', 'other', FILE);
      expect(await statusOf(upload, Buffer.from(SOURCE.toReversed()))).toBe(400);
      expect(await sources.has('team-a', 'other', SHA)).toBe(false);
    });

    it('refuses another length than was signed', async () => {
      const upload = await sources.upload('team-a', 'other', FILE);
      expect(await statusOf(upload, SOURCE.subarray(1))).toBe(403);
    });

    it('refuses another key than was signed', async () => {
      const { url, headers } = await sources.upload('team-a', 'other', FILE);
      expect(await statusOf({ url: url.replace('/other/', '/third/'), headers }, SOURCE)).toBe(403);
    });
  });
};
