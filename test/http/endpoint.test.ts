import { beforeEach, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { endpoints } from '../../functions/run-task.ts';
import { endpoint, serve } from '../../lib/http/endpoint.ts';
import { emptySchema } from '../../lib/http/request.ts';
import { OfApp } from '../../lib/http/schemas.ts';
import { runTaskEvent } from '../support/http-event.ts';
import { appOf, type MemoryPorts, memoryPorts } from '../support/memory-ports.ts';

const handler = serve(async () => ports, endpoints);

let ports: MemoryPorts;
beforeEach(() => {
  ports = memoryPorts({ apps: [appOf('billing', { command: 'bin/default' })] });
});

const ask = async (...parts: Parameters<typeof runTaskEvent>) => {
  const { statusCode, headers, body = '' } = await handler(await runTaskEvent(...parts));
  return { status: statusCode, headers, body: JSON.parse(body) };
};

describe('an endpoint', () => {
  it('returns the result of its action', async () => {
    const { status, headers, body } = await ask();
    expect([status, headers?.location]).toEqual([201, `/v1/spaces/team-a/tasks/${body.name}`]);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(body).toMatchObject({
      app: 'billing',
      displayName: 'report',
      state: 'pending',
      requestedBy: 'arn:aws:sts::111122223333:assumed-role/team-a-developer/ada',
    });
  });

  it('takes the caller from the authorizer alone', async () => {
    const claims = { sub: 'grace', spaces: '[team-a]' };
    const { body } = await ask({ authorizer: { jwt: { claims } }, headers: {} });
    expect(body.requestedBy).toBe('grace');
  });

  it.each([
    [
      'a claim without the space',
      { jwt: { claims: { sub: 'ada', spaces: '[team-b]' } } },
      'does not name space "team-a"',
    ],
    ['no authorizer', null, 'The request has no authorizer'],
  ])('rejects %s, and does nothing', async (_, authorizer, detail) => {
    const { status, body } = await ask({ authorizer, headers: {} });
    expect([status, body.title]).toEqual([403, 'Not allowed']);
    expect(body.detail).toContain(detail);
    expect(ports.runs.names()).toEqual([]);
  });

  it('rejects an unauthorized caller before it parses the body', async () => {
    const authorizer = { jwt: { claims: { sub: 'ada', spaces: '' } } };
    expect((await ask({ authorizer, body: 'not JSON' })).status).toBe(403);
  });

  it.each([
    ['not JSON', { body: '{' }, 400, undefined],
    ['not an object', { body: '[]' }, 422, 'body'],
    ['an unknown field', { body: '{"comand":"ls"}' }, 422, 'comand'],
    ['more than 256 KiB', { body: JSON.stringify({ command: 'x'.repeat(2 ** 20) }) }, 413, undefined],
    ...['\u001b[31m', 'a\nb', '\t', '\r', '\u007f', '\u009b2J', '\u202e', '\u2066'].map(
      (name) =>
        [
          `the display name ${JSON.stringify(name)}`,
          { body: JSON.stringify({ name }) },
          422,
          'name',
        ] as const,
    ),
    ['an app with capitals', { pathParameters: { space: 'team-a', app: 'Billing' } }, 422, 'app'],
    ['a space with a slash', { pathParameters: { space: 'a/b', app: 'billing' } }, 422, 'space'],
    ['an unknown query parameter', { queryStringParameters: { dryRun: 'true' } }, 422, 'dryRun'],
    ['a key with a space', { headers: { 'idempotency-key': 'a b' } }, 422, 'Idempotency-Key'],
    ['an empty key', { headers: { 'idempotency-key': '' } }, 422, 'Idempotency-Key'],
    ['an unknown app', { pathParameters: { space: 'team-a', app: 'none' } }, 404, undefined],
  ])('rejects %s, and does nothing', async (_, parts, status, field) => {
    const { status: answered, headers, body } = await ask(parts);
    expect(answered).toBe(status);
    expect(headers?.['content-type']).toBe('application/problem+json');
    expect(body.errors?.[0]?.field).toBe(field);
    expect(ports.runs.names()).toEqual([]);
  });

  it('throws an internal error, so that Lambda and its alarm count it', async () => {
    const broken = endpoint({
      verb: 'break',
      path: OfApp,
      query: emptySchema,
      body: v.unknown(),
      run: () => Promise.reject(new TypeError('an internal error')),
    });
    await expect(broken(ports, await runTaskEvent())).rejects.toThrow(new TypeError('an internal error'));
    expect(ports.logged).toMatchObject([{ message: 'audit', fields: { verb: 'break', status: 500 } }]);
  });

  it('throws for a route of another function', async () => {
    await expect(handler(await runTaskEvent({ routeKey: 'GET /' }))).rejects.toThrow(
      'No endpoint for "GET /"',
    );
  });
});

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
const LAMBDA = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';

describe('the audit line', () => {
  it('has caller, target and status, and no value', async () => {
    const body = JSON.stringify({ command: 'echo top-secret' });
    await ask({ body });
    expect(ports.logged).toEqual([
      {
        level: 'info',
        message: 'audit',
        fields: {
          verb: 'run-task',
          space: 'team-a',
          app: 'billing',
          caller: 'arn:aws:sts::111122223333:assumed-role/team-a-developer/ada',
          status: 201,
          location: expect.stringMatching(/^\/v1\/spaces\/team-a\/tasks\/billing-/),
          requestId: expect.any(String),
          traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
          _aws: expect.any(Object),
          Stack: 'taskbridge-test',
          Source: 'user',
          TasksStarted: 1,
        },
      },
    ]);
    expect(JSON.stringify(ports.logged)).not.toContain('top-secret');
  });

  it.each([
    ['of the request', { traceparent: TRACEPARENT }, TRACEPARENT],
    ['of the task, where that of the request is malformed', { traceparent: `${TRACEPARENT}x` }, undefined],
  ])('has the trace %s', async (_, headers, traceparent) => {
    const { body } = await ask({ headers });
    expect(ports.logged).toMatchObject([{ fields: { traceparent: traceparent ?? body.traceparent } }]);
    expect(body.traceparent).not.toBe(`${TRACEPARENT}x`);
  });

  it('has the trace of a rejected request, and that of Lambda where the request has none', async () => {
    await ask({ authorizer: null, headers: { traceparent: TRACEPARENT } });
    const traced = serve(async () => ({ ...ports, trace: { traceparent: LAMBDA } }), endpoints);
    const { body = '' } = await traced(await runTaskEvent());
    expect(JSON.parse(body)).toMatchObject({ traceparent: LAMBDA });
    await traced(await runTaskEvent({ headers: { traceparent: TRACEPARENT } }));
    expect(ports.logged.map(({ fields }) => fields)).toMatchObject(
      [TRACEPARENT, LAMBDA, TRACEPARENT].map((traceparent) => ({ traceparent })),
    );
  });

  it('is written for a rejected write too', async () => {
    await ask({ authorizer: null });
    expect(ports.logged).toMatchObject([{ fields: { verb: 'run-task', caller: undefined, status: 403 } }]);
  });
});
