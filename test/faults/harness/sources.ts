import { once } from 'node:events';
import { createServer } from 'node:http';
import { buildEnvironment } from '../../../local/lifecycle/builds.ts';
import { building } from '../../support/building.ts';
import { listen } from '../../support/listen.ts';

/** Object store for processes of a stage that builds as `building` does, with its `stop`. */
export type SourcesServer = {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/**
 * A server that says which sources are there, as `building` does. An S3 takes no bytes whose checksum is not their own, and
 * those of `UPLOADED` nobody knows.
 */
export async function startSources(): Promise<SourcesServer> {
  const server = createServer(async ({ url = '' }, response) => {
    const [space = '', app = '', file = ''] = url.replace(/\?.*/, '').split('/').slice(-3);
    const isThere = await building.sources.has(space, app, file.replace(/\.tgz$/, ''));
    response.writeHead(isThere ? 200 : 404, { 'last-modified': 'Tue, 24 Nov 2026 00:00:00 GMT' }).end();
  });
  const port = await listen(server);
  const { builder, runImage, repository } = building.settings;
  const ground = { ...{ builder, runImage, repository }, insecureRegistries: '' };
  return {
    environment: buildEnvironment(ground, `http://127.0.0.1:${port}`),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
