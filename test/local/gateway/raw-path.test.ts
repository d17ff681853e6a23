import { request } from 'node:http';
import { expect, it } from '@jest/globals';
import { startGateway } from '../../../local/gateway/gateway.ts';

/** Status of a request whose path is sent as it is. */
const statusOf = (url: string, path: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

it('the gateway hands on a path as it was sent, and resolves nothing', async () => {
  const seen: unknown[] = [];
  const gateway = await startGateway({
    routes: [
      {
        routeKey: 'GET /v1/spaces/{space}/apps',
        target: async (event) => {
          seen.push(event);
          return { statusCode: 204 };
        },
      },
    ],
    authorizer: async () => ({}),
    onError: (error) => {
      throw error;
    },
  });
  try {
    const resolved = [
      '/v1/spaces/a/../b/apps',
      '/v1/spaces/a/%2e%2e/b/apps',
      '/v1/./spaces/b/apps',
      '/x/../v1/spaces/b/apps',
    ];
    for (const path of resolved) expect([path, await statusOf(gateway.url, path)]).toEqual([path, 404]);
    expect(await statusOf(gateway.url, '/v1/spaces/%62/apps?a=1&a=2')).toBe(204);
    expect(seen).toMatchObject([
      { rawPath: '/v1/spaces/%62/apps', rawQueryString: 'a=1&a=2', pathParameters: { space: 'b' } },
    ]);
  } finally {
    await gateway.stop();
  }
});
