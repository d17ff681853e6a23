import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine } from '../support/command-line.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const TASK = {
  ...{ name: 'billing-abcde', id: 'abcde', app: 'billing', command: 'true', state: 'pending' },
  createdAt: '2026-11-24T21:00:00Z',
};

describe('the trace of the environment', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer((_, response) => json(response, 201, TASK));
  });
  afterAll(() => server.close());

  const sentWith = async (env: Readonly<Record<string, string>>) => {
    const run = await commandLine({ TASKBRIDGE_URL: server.endpoint, TASKBRIDGE_SPACE: 'demo', ...env });
    expect((await run('taskbridge run-task billing')).code).toBe(0);
    const { traceparent, tracestate } = server.received.at(-1)?.headers ?? {};
    return { traceparent, tracestate };
  };

  it.each([
    ['goes with a request', { TRACEPARENT, TRACESTATE: 'congo=1' }, [TRACEPARENT, 'congo=1']],
    ['goes without a tracestate', { TRACEPARENT }, [TRACEPARENT, undefined]],
    ['is nothing without a traceparent', { TRACESTATE: 'congo=1' }, []],
    ['is nothing where it is empty', { TRACEPARENT: '' }, []],
    ['is nothing where no header can hold it', { TRACEPARENT: 'a\nb', TRACESTATE: 'congo=1' }, []],
    ['is left out where it is too long', { TRACEPARENT, TRACESTATE: 'a'.repeat(513) }, [TRACEPARENT]],
  ])('%s', async (_, env, [traceparent, tracestate]) => {
    expect(await sentWith(env)).toEqual({ traceparent, tracestate });
  });
});
