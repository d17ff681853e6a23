import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, REGION } from '../../local/account.ts';
import { createBuses } from '../../local/eventbridge/bus.ts';
import { createEventBridgeServer } from '../../local/eventbridge/server.ts';
import { developerAuthorizer } from '../../local/gateway/authorizer.ts';
import { startGateway } from '../../local/gateway/gateway.ts';
import { createLambdaServer } from '../../local/lambda/server.ts';
import { createQueue } from '../../local/sqs/queue.ts';
import { createQueueServer } from '../../local/sqs/server.ts';
import { startCluster } from '../faults/harness/cluster.ts';
import { CREDENTIALS } from '../support/credentials.ts';

const SERVERS = ['the HTTP API', 'the Kubernetes API', 'EventBridge', 'SQS', 'Lambda'] as const;

const FOREIGN: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a name that resolves to loopback', { host: 'evil.example' }],
  ['a name that begins as loopback does', { host: '127.0.0.1.evil.example' }],
  ['a name that ends as loopback does', { host: 'evil.localhost:8080.example' }],
  ['a name with a user before it', { host: 'localhost@evil.example' }],
  ['a page of another site', { origin: 'https://evil.example' }],
  ['a page of another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['a page without an origin of its own', { origin: 'null' }],
];

/** Error message of the servers. */
const REFUSED = /This server serves local programs only/;

/** The local cloud runs commands, so no web page may reach it. */
describe('a request from elsewhere', () => {
  const ports = new Map<string, number>();
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    const gateway = await startGateway({
      ...{ authorizer: developerAuthorizer(CREDENTIALS.token), onError: () => {} },
      routes: [{ routeKey: 'GET /v1', target: async () => ({ statusCode: 200 }) }],
    });
    const cluster = await startCluster();
    const kubernetes = createServer(cluster.handle).listen(0, '127.0.0.1');
    const settings = { now: () => new Date(), maxRules: 300, account: ACCOUNT, region: REGION };
    const eventBridge = createEventBridgeServer(createBuses([], settings), {
      credentials: CREDENTIALS,
    }).listen(0, '127.0.0.1');
    const sqs = createQueueServer(createQueue('letters', settings.now), CREDENTIALS).listen(0, '127.0.0.1');
    const lambda = createLambdaServer({ credentials: CREDENTIALS, call: () => true }).listen(0, '127.0.0.1');
    ends.push(gateway.stop, cluster.stop);
    ports.set('the HTTP API', Number(new URL(gateway.url).port));
    for (const [name, server] of [
      ['the Kubernetes API', kubernetes],
      ['EventBridge', eventBridge],
      ['SQS', sqs],
      ['Lambda', lambda],
    ] as const) {
      ends.push(() => server.close());
      if (!server.listening) await once(server, 'listening');
      const address = server.address();
      ports.set(name, typeof address === 'object' && address !== null ? address.port : 0);
    }
  });

  afterAll(async () => {
    for (const end of ends) await end();
  });

  async function ask(server: string, headers: Readonly<Record<string, string>>): Promise<string> {
    const port = ports.get(server);
    const request = httpRequest({ port, host: '127.0.0.1', path: '/v1', headers, agent: false });
    request.end();
    const [response] = await once(request, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  describe.each(SERVERS)('to %s', (server) => {
    it.each(FOREIGN)('is refused: by %s', async (_, headers) => {
      expect(await ask(server, headers)).toMatch(REFUSED);
    });

    it('is accepted from a local program', async () => {
      const origin = {
        origin: `http://localhost:${ports.get(server)}`,
        host: `localhost:${ports.get(server)}`,
      };
      for (const headers of [{}, origin]) expect(await ask(server, headers)).not.toMatch(REFUSED);
    });
  });
});
