import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

describe('a token', () => {
  let server: TestServer;
  let run: CommandLine;
  beforeAll(async () => {
    server = await startServer((_, response) => json(response, 200, { items: [] }));
    run = await commandLine({ TASKBRIDGE_SPACE: 'demo', TASKBRIDGE_TOKEN: 'secret' });
  });
  afterAll(() => server.close());

  it.each([
    'http://api.example',
    'http://192.0.2.1:8080/base',
    'http://localhost.example',
    'http://127.0.0.1.example',
    'http://127.0.0.1@api.example',
    'http://[2001:db8::1]',
    'http://[::ffff:192.0.2.1]',
    'HTTP://API.EXAMPLE',
  ])('is not sent to %s', async (url) => {
    const { code, err } = await run(`taskbridge tasks --url ${url}`);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(
        /^taskbridge: The token would go to \S+ unencrypted: use an https URL, or --insecure-http/,
      ),
    ]);
  });

  it.each(['127.0.0.1', 'localhost', 'a.localhost', '127.1', '2130706433'])(
    'is sent to this machine: %s',
    async (host) => {
      const before = server.received.length;
      const { err } = await run(`taskbridge tasks --url ${server.endpoint.replace('127.0.0.1', host)}`);
      expect(err).not.toContain('unencrypted');
      // A name below localhost is resolved where the system does so.
      if (err === '') expect(server.received[before]?.headers.authorization).toBe('Bearer secret');
    },
  );

  it('is sent to another machine with --insecure-http alone', async () => {
    // Another name of this machine, which could be one of another.
    const url = server.endpoint.replace('127.0.0.1', '0.0.0.0');
    const before = server.received.length;
    expect((await run(`taskbridge tasks --url ${url}`)).code).toBe(2);
    expect(server.received).toHaveLength(before);
    expect((await run(`taskbridge tasks --url ${url} --insecure-http`)).code).toBe(0);
    expect(server.received[before]?.headers.authorization).toBe('Bearer secret');
  });

  it('that is absent is no reason to refuse plain http', async () => {
    const url = server.endpoint.replace('127.0.0.1', '0.0.0.0');
    expect((await run(`taskbridge tasks --url ${url}`, { env: { TASKBRIDGE_TOKEN: '' } })).code).toBe(0);
  });
});
