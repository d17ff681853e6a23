import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { proxyOf } from '../../cli/proxy.ts';
import { createCertificate } from '../../local/kubernetes/certificate.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const P = 'http://proxy.example:3128';

describe('the proxy of a request', () => {
  // As curl has it, except for the loopback.
  it.each<[string, Record<string, string>, string, string | undefined]>([
    ['no variable', {}, 'https://api.example', undefined],
    ['https', { https_proxy: P }, 'https://api.example', `${P}/`],
    ['https in capitals', { HTTPS_PROXY: P }, 'https://api.example', `${P}/`],
    ['both', { HTTPS_PROXY: 'http://other', https_proxy: P }, 'https://api.example', `${P}/`],
    ['https, which is not for http', { https_proxy: P }, 'http://api.example', undefined],
    ['http', { http_proxy: P }, 'http://api.example', `${P}/`],
    ['http, which is not for https', { http_proxy: P }, 'https://api.example', undefined],
    ['HTTP_PROXY, which curl does not read', { HTTP_PROXY: P }, 'http://api.example', undefined],
    ['all', { all_proxy: P }, 'http://api.example', `${P}/`],
    ['all in capitals', { ALL_PROXY: P }, 'https://api.example', `${P}/`],
    ['the scheme before all', { all_proxy: 'http://other', https_proxy: P }, 'https://api.example', `${P}/`],
    ['an empty one, which is unset', { https_proxy: '', ALL_PROXY: P }, 'https://api.example', `${P}/`],
    ['no scheme', { https_proxy: 'proxy.example:3128' }, 'https://api.example', `${P}/`],
    [
      'a proxy with TLS',
      { https_proxy: 'https://proxy.example' },
      'https://api.example',
      'https://proxy.example/',
    ],
    ['a user', { https_proxy: 'http://me:p%40ss@proxy' }, 'https://api.example', 'http://me:p%40ss@proxy/'],
    ['127.0.0.1', { http_proxy: P, all_proxy: P }, 'http://127.0.0.1:8080', undefined],
    ['127.0.0.2 in short', { http_proxy: P }, 'http://127.2:8080', undefined],
    ['localhost', { http_proxy: P }, 'http://localhost:8080', undefined],
    ['a name below localhost', { http_proxy: P }, 'http://a.localhost:8080', undefined],
    ['::1', { http_proxy: P }, 'http://[::1]:8080', undefined],
  ])('of %s', (_, env, url, expected) => {
    expect(proxyOf(env, url)?.url.href).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['example.com', 'a.example.com', true],
    ['example.com', 'example.com', true],
    ['.example.com', 'a.example.com', true],
    ['.example.com', 'example.com', true],
    ['*.example.com', 'a.example.com', true],
    ['a.example.com', 'example.com', false],
    ['xample.com', 'example.com', false],
    ['EXAMPLE.com', 'a.example.COM', true],
    ['example.com.', 'a.example.com', true],
    ['example.com', 'a.example.com.', true],
    ['other, example.com', 'a.example.com', true],
    ['other example.com', 'a.example.com', true],
    [' ,,example.com, ', 'a.example.com', true],
    ['example.com:443', 'a.example.com', true],
    ['example.com:8443', 'a.example.com', false],
    ['example.com:8443', 'a.example.com:8443', true],
    ['*', 'a.example.com', true],
    ['other,*', '10.1.2.3', true],
    [',', 'a.example.com', false],
    ['.', 'a.example.com', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3:443', '10.1.2.3', true],
    ['10.1.2', '10.1.2.3', false],
    ['2.3', '10.1.2.3', false],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/16', '10.1.2.3', false],
    ['10.0.0.0/0', '192.0.2.1', true],
    ['10.0.0.0/33', '10.0.0.0', false],
    ['10.0.0.0/', '10.0.0.0', false],
    ['10.0.0.0/8', 'a.10.0.0.0.example', false],
    ['2001:db8::1', '[2001:db8::1]', true],
    ['[2001:db8::1]', '[2001:db8:0::1]', true],
    ['[2001:db8::1]:443', '[2001:db8::1]', true],
    ['[2001:db8::1]:80', '[2001:db8::1]', false],
    ['2001:db8::/32', '[2001:db8:1::1]', true],
    ['2001:db8::/32', '[2001:db9::1]', false],
    ['0.0.0.0/0', '[2001:db8::1]', false],
  ])('is past no_proxy %j for %s: %s', (no_proxy, host, direct) => {
    const env = { https_proxy: P };
    expect(proxyOf({ ...env, no_proxy }, `https://${host}`) === undefined).toBe(direct);
    expect(proxyOf({ ...env, NO_PROXY: no_proxy }, `https://${host}`) === undefined).toBe(direct);
    expect(proxyOf({ ...env, no_proxy, NO_PROXY: 'x' }, `https://${host}`) === undefined).toBe(direct);
  });

  it.each([
    ['https_proxy', 'socks5://proxy.example', 'socks5://proxy.example'],
    ['HTTPS_PROXY', 'http://bad:port:1', 'http://bad:port:1'],
    ['all_proxy', 'http://', 'http://'],
    ['ALL_PROXY', 'ftp://me:secret@proxy', 'ftp://…@proxy'],
    ['https_proxy', 'me:secret@', '…@'],
    ['https_proxy', 'http://%zz:secret@proxy', 'http://…@proxy'],
    ['https_proxy', 'http://me:se/cret@proxy:x', 'http://…@proxy:x'],
  ])('that is wrong in %s, %s, is named without its password', (variable, value, shown) => {
    const proxy = () => proxyOf({ [variable]: value }, 'https://api.example');
    expect(proxy).toThrow(
      `${variable} is not the URL of an HTTP proxy: "${shown}". Use a URL such as http://proxy.example:3128, or unset ` +
        'it, or add api.example to no_proxy.',
    );
    // What it advises is taken.
    expect(proxyOf({ [variable]: P }, 'https://api.example')?.url.host).toBe('proxy.example:3128');
    expect(proxyOf({ [variable]: value, no_proxy: 'api.example' }, 'https://api.example')).toBeUndefined();
  });
});

describe.each(['http', 'https'] as const)('requests by a proxy to a server of %s', (scheme) => {
  const certificate = scheme === 'https' ? createCertificate('api.example') : undefined;
  let server: TestServer;
  let proxy: Awaited<ReturnType<typeof startForwardProxy>>;
  let folder: string;
  let run: CommandLine;
  const variable = `${scheme}_proxy`;

  beforeAll(async () => {
    server = await startServer(({ method, path, body }, response) => {
      if (path.endsWith('/sources')) {
        const { sha256, size } = JSON.parse(body);
        const url = `${scheme}://api.example/bucket/key`;
        const upload = {
          method: 'PUT',
          url,
          headers: { 'content-length': String(size) },
          expiresAt: '2999-01-01T00:00:00Z',
        };
        return json(response, 201, { sha256, size, upload });
      }
      if (path.startsWith('/bucket')) return response.end();
      if (method === 'PUT') {
        const build = { name: 'b', sha256: 'a', createdAt: '2026-01-01T00:00:00Z', state: 'pending' };
        return json(response, 201, { name: 'billing', createdAt: '2026-01-01T00:00:00Z', build });
      }
      if (path.includes('/apps/'))
        return json(response, 404, { title: 'Not found', detail: 'It is not there.' });
      return json(response, 200, { items: [{ name: 'team-a' }] }, { 'set-cookie': ['a=b', 'c=d'] });
    }, certificate);
    proxy = await startForwardProxy(() => Number(new URL(server.endpoint).port));
    folder = await mkdtemp(join(tmpdir(), 'proxy-test-'));
    await writeFile(join(folder, 'Procfile'), 'task: echo hello\n');
    await writeFile(join(folder, 'ca.pem'), certificate?.cert ?? '');
    run = await commandLine({
      TASKBRIDGE_URL: `${scheme}://api.example`,
      TASKBRIDGE_SPACE: 'demo',
      ...(certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }),
    });
  });
  beforeEach(() => {
    proxy.forwarded.length = 0;
    server.received.length = 0;
    proxy.answer(200);
  });
  afterAll(async () => {
    await proxy.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  // A process: Node reads NODE_EXTRA_CA_CERTS at its start.
  const taskbridge = (line: string, env: Record<string, string>) => run(`exec taskbridge ${line}`, { env });
  const first = (path: string) =>
    scheme === 'https' ? 'CONNECT api.example:443' : `GET http://api.example${path}`;

  it('arrive, with the credentials of the proxy for the proxy alone', async () => {
    const { code, out, err } = await taskbridge('spaces -o name', {
      [variable]: `http://me:p%40ss@${proxy.host}`,
    });
    expect({ code, out, err }).toEqual({ code: 0, out: 'team-a\n', err: '' });
    expect(proxy.forwarded).toEqual([{ line: first('/v1/spaces'), credentials: 'me:p@ss' }]);
    expect(server.received.map(({ path }) => path)).toEqual(['/v1/spaces']);
  });

  it('have the source of a push too', async () => {
    const push = `push billing --path ${folder} --no-wait`;
    const { code, err } = await taskbridge(push, { [variable]: `http://${proxy.host}` });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('Source uploaded') });
    expect(server.received.map(({ method, path }) => `${method} ${path}`)).toContain('PUT /bucket/key');
    expect(proxy.forwarded).toHaveLength(server.received.length);
  });

  it('name the proxy that does not connect', async () => {
    proxy.answer(403);
    const { code, err } = await taskbridge('spaces', { [variable]: `http://me:secret@${proxy.host}` });
    expect(code).toBe(1);
    expect(err).toContain(
      scheme === 'https'
        ? `The proxy http://${proxy.host} (https_proxy) does not connect to api.example (403). To go past the proxy: add ` +
            'api.example to no_proxy.'
        : `The response came by the proxy http://${proxy.host} (http_proxy).`,
    );
    expect(err).not.toContain('secret');
  });

  it('name the proxy that cannot be reached', async () => {
    const { code, err } = await taskbridge('spaces', { [variable]: 'http://127.0.0.1:2' });
    expect([code, err]).toEqual([
      1,
      `taskbridge: The proxy http://127.0.0.1:2 (${variable}) can't be reached (connect ECONNREFUSED 127.0.0.1:2): check ` +
        'the variable and the network. To go past the proxy: add api.example to no_proxy.\n',
    ]);
  });

  it('go past a proxy that no_proxy excepts', async () => {
    const { code, err } = await taskbridge('spaces', {
      [variable]: 'http://127.0.0.1:2',
      no_proxy: 'example',
    });
    expect([code, err]).toEqual([1, expect.stringMatching(/api\.example can't be reached \(getaddrinfo/)]);
    expect(proxy.forwarded).toEqual([]);
  });

  if (certificate !== undefined)
    it('tell how to trust a certificate, which may be that of a proxy', async () => {
      const env = { [variable]: `http://${proxy.host}`, NODE_EXTRA_CA_CERTS: '' };
      const { code, err } = await taskbridge('spaces', env);
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(
          /^taskbridge: The certificate of https:\/\/api\.example is not trusted \(.*\): check the URL, or set NODE_EXTRA_CA_CERTS/,
        ),
      ]);
    });

  it('name the variable of a wrong proxy', async () => {
    const { code, err } = await taskbridge('spaces', { [variable]: 'socks5://proxy.example' });
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`${variable} is not the URL of an HTTP proxy: "socks5://proxy.example".`),
    ]);
  });
});

describe('a proxy', () => {
  it('that asks for a password is told of', async () => {
    const proxy = await startForwardProxy(() => 2);
    proxy.answer(407);
    const run = await commandLine({
      TASKBRIDGE_URL: 'https://api.example',
      ALL_PROXY: `http://${proxy.host}`,
    });
    const { code, err } = await run('taskbridge spaces');
    await proxy.close();
    expect([code, err]).toEqual([
      1,
      `taskbridge: The proxy http://${proxy.host} (ALL_PROXY) does not connect to api.example (407). Set ALL_PROXY to a URL ` +
        `with a user and a password: http://USER:PASSWORD@${proxy.host}.\n`,
    ]);
  });

  it('has the requests for credentials of AWS', async () => {
    const proxy = await startForwardProxy(() => 2);
    proxy.answer(403);
    const folder = await mkdtemp(join(tmpdir(), 'proxy-test-'));
    const token = join(folder, 'token');
    await writeFile(token, 'token');
    const run = await commandLine({
      TASKBRIDGE_URL: 'https://a.execute-api.eu-central-1.amazonaws.com',
      https_proxy: `http://${proxy.host}`,
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/deploy',
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_REGION: 'eu-central-1',
    });
    const { code } = await run('exec taskbridge spaces');
    await proxy.close();
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    expect(proxy.forwarded[0]?.line).toBe('CONNECT sts.eu-central-1.amazonaws.com:443');
  });
});
