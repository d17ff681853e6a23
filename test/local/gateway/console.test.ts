import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readServerless } from '../../../local/cloudformation/serverless.ts';
import { type Gateway, startGateway } from '../../../local/gateway/gateway.ts';

const CONSOLE = 'https://console.example';
const EVIL = 'https://evil.example';

/** Requests a page with its own host, as a browser does. */
const get = (url: string, path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { headers });

describe('the console of the local cloud', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ routes: [], authorizer: async () => undefined, onError: () => {} });
  });
  afterAll(() => gateway.stop());

  it('is served at / with its files and a content security policy', async () => {
    const page = await get(gateway.url, '/');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    const named = [...(await page.text()).matchAll(/(?:src|href)="([^"]*)"/g)].map(([, file]) => file ?? '');
    for (const file of [...named, 'config.json']) {
      const response = await get(gateway.url, `/${file}`);
      expect({ file, status: response.status }).toEqual({ file, status: 200 });
      await response.arrayBuffer();
    }
    expect((await get(gateway.url, '/main.js')).status).toBe(404);
  });

  it('is served to local programs only', async () => {
    expect((await get(gateway.url, '/', { origin: EVIL })).status).toBe(403);
    expect((await get(gateway.url, '/v1/spaces', { origin: CONSOLE })).status).toBe(403);
  });
});

describe('the API of a stage with a console of another origin', () => {
  let gateway: Gateway;
  let routes: readonly string[];
  beforeAll(async () => {
    const { cors, functions } = await readServerless(
      new URL('../../../serverless.yml', import.meta.url).pathname,
    );
    routes = functions.flatMap((one) => one.routes);
    gateway = await startGateway({
      routes: [{ routeKey: 'GET /v1/spaces', target: async () => ({ statusCode: 200, body: '{}' }) }],
      authorizer: async ({ headers }) => (headers.authorization === undefined ? undefined : {}),
      cors: { ...cors, allowedOrigins: [CONSOLE] },
      onError: () => {},
    });
  });
  afterAll(() => gateway.stop());

  const preflight = (origin: string) =>
    fetch(`${gateway.url}/v1/spaces`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'DELETE' },
    });

  it('answers a preflight without a token', async () => {
    const { status, headers } = await preflight(CONSOLE);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(CONSOLE);
    expect(headers.get('access-control-allow-methods')).toBe('GET,PUT,POST,PATCH,DELETE');
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type,idempotency-key');
  });

  it('lets it call each method that a route has', async () => {
    const { headers } = await preflight(CONSOLE);
    const allowed = headers.get('access-control-allow-methods')?.split(',');
    const methods = routes.map((route) => route.split(' ')[0]);
    expect([...new Set(methods)].filter((method) => !allowed?.includes(method ?? ''))).toEqual([]);
    expect(methods).toContain('PATCH');
  });

  it('lets it read responses and errors', async () => {
    for (const more of [{}, { authorization: 'Bearer x' }]) {
      const { headers } = await get(gateway.url, '/v1/spaces', { origin: CONSOLE, ...more });
      expect(headers.get('access-control-allow-origin')).toBe(CONSOLE);
      expect(headers.get('access-control-expose-headers')).toBe('location,retry-after');
    }
  });

  it('rejects other origins', async () => {
    expect((await preflight(EVIL)).status).toBe(403);
    expect((await get(gateway.url, '/v1/spaces', { origin: EVIL })).status).toBe(403);
  });
});
