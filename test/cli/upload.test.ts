import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

/** Server whose failures no real store can be made to show: a broken upload, an expired URL, a failed build. */
describe('a push from source', () => {
  let server: TestServer;
  let run: CommandLine;
  let folder: string;
  let puts: number;
  let requested: number;
  let expiresAt: string;
  let store: 'accepts' | 'breaks once' | 'rejects';
  let build: Record<string, unknown>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'push-test-'));
    await writeFile(join(folder, 'Procfile'), 'task: echo hello\n');
    [puts, requested, store] = [0, 0, 'accepts'];
    expiresAt = '2999-01-01T00:00:00Z';
    build = {
      name: 'billing-build-0123456789',
      app: 'billing',
      sha256: 'a',
      createdAt: expiresAt,
      state: 'succeeded',
    };
    server = await startServer(({ method, path, body, headers }, response) => {
      if (path.endsWith('/sources')) {
        requested += 1;
        const { sha256, size } = JSON.parse(body);
        const checksum = Buffer.from(sha256, 'hex').toString('base64');
        const signed = { 'content-length': String(size), 'x-amz-checksum-sha256': checksum };
        const upload = {
          method: 'PUT',
          url: `${server.endpoint}/bucket/key?n=${requested}`,
          headers: signed,
          expiresAt,
        };
        return json(response, 201, { sha256, size, upload });
      }
      if (path.startsWith('/bucket')) {
        puts += 1;
        if (store === 'breaks once' && puts === 1) return response.destroy();
        if (store === 'rejects') {
          response.writeHead(400);
          return response.end('<Error><Code>BadDigest</Code><Message>It did not match.</Message></Error>');
        }
        expect(headers['transfer-encoding']).toBeUndefined();
        return response.end();
      }
      if (path.includes('/logs'))
        return json(response, 200, { state: build.state, log: '===> DETECT\nfound\n', more: false });
      if (method === 'GET' && path.endsWith('/apps/billing'))
        return json(response, 404, { title: 'Not found', detail: 'It is not there.' });
      if (method === 'GET') return json(response, 200, { items: [build] });
      const { state, ...started } = build;
      return json(response, 201, {
        name: 'billing',
        createdAt: expiresAt,
        build: { ...started, state: 'pending' },
      });
    });
    run = await commandLine({ TASKBRIDGE_URL: server.endpoint, TASKBRIDGE_SPACE: 'demo' });
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const push = () => run(`taskbridge push billing --task --path ${folder} --build-env A=b`);
  const sent = (method: string, part: string) =>
    server.received.filter((one) => one.method === method && one.path.includes(part));

  it('sends what was signed, and shows the log, the digest and the processes', async () => {
    build = { ...build, image: 'r/b@sha256:1', processes: ['task', 'web'] };
    const { code, out, err } = await push();
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('Source uploaded') });
    expect(out).toBe(
      'App billing is being built by billing-build-0123456789.\n===> DETECT\nfound\n' +
        'App billing is pushed.\nImage: r/b@sha256:1\nProcesses: task, web\n',
    );
    const [put] = sent('PUT', '/apps/');
    const { sha256 } = JSON.parse(sent('POST', '/sources')[0]?.body ?? '');
    expect(JSON.parse(put?.body ?? '')).toEqual({ source: { sha256, env: [{ name: 'A', value: 'b' }] } });
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('retries an interrupted upload, with the same URL until that expires', async () => {
    store = 'breaks once';
    expect((await push()).code).toBe(0);
    expect([requested, puts]).toEqual([1, 2]);
  });

  it('requests a new URL where the old one has expired', async () => {
    store = 'breaks once';
    expiresAt = '2001-01-01T00:00:00Z';
    expect((await push()).code).toBe(0);
    expect([requested, puts]).toEqual([2, 2]);
  });

  it("reports the store's error, and pushes nothing", async () => {
    store = 'rejects';
    const { code, err } = await push();
    expect(code).toBe(1);
    expect(err).toContain('The source store returned 400 (BadDigest: It did not match.): push again');
    expect(sent('PUT', '/apps/')).toEqual([]);
  });

  it('exits with 1, the reason and a hint to the log where the build fails', async () => {
    build = { ...build, state: 'failed', reason: 'NoBuildpack', message: 'No buildpack knows it.' };
    const { code, err } = await push();
    expect(code).toBe(1);
    expect(err).toContain('Build billing-build-0123456789 failed (NoBuildpack). No buildpack knows it.');
    expect(err).toContain('To see its log: taskbridge logs billing-build-0123456789.');
  });
});
