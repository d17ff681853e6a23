import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { listen } from '../../support/listen.ts';
import { pack, packEntries, type TarEntry } from '../../support/tar.ts';

/** Server of sources over HTTP. */
export type SourceServer = {
  /** Puts a source there, and gives its SHA-256. */
  add(files: Readonly<Record<string, string>>): string;
  /** Puts a source of these entries there, and gives its SHA-256. */
  addEntries(entries: readonly TarEntry[]): string;
  /** Puts these bytes there in place of those of the source. */
  addAs(sha256: string, bytes: Buffer): void;
  url(sha256: string): string;
  stop(): Promise<void>;
};

/** Sources at an address that pods reach. */
export async function serveSources(host: string): Promise<SourceServer> {
  const sources = new Map<string, Buffer>();
  const server: Server = createServer((request, response) => {
    const bytes = sources.get((request.url ?? '').slice(1));
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  });
  const port = await listen(server, host);
  const addTar = (tar: Buffer): string => {
    const bytes = gzipSync(tar);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    sources.set(sha256, bytes);
    return sha256;
  };
  return {
    add: (files) => addTar(pack(files)),
    addEntries: (entries) => addTar(packEntries(entries)),
    addAs: (sha256, bytes) => {
      sources.set(sha256, bytes);
    },
    url: (sha256) => `http://${host}:${port}/${sha256}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
