import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { serve } from '../../lib/http/endpoint.ts';
import { runTaskEvent } from '../support/http-event.ts';
import { memoryPorts } from '../support/memory-ports.ts';

it('a request has a shorter time limit than its function', async () => {
  const given: number[] = [];
  const handler = serve(
    async (withinMs) => {
      given.push(withinMs);
      return memoryPorts();
    },
    { 'POST /v1/spaces/{space}/apps/{app}/tasks': async () => ({ statusCode: 204 }) },
  );
  await handler(await runTaskEvent());
  const { provider } = parse(await readFile('serverless.yml', 'utf8'));
  expect(given).toEqual([expect.any(Number)]);
  expect(given[0]).toBeLessThanOrEqual((provider.timeout - 3) * 1000);
});

describe('a path', () => {
  const handler = serve(async () => memoryPorts(), {
    'POST /v1/spaces/{space}/apps/{app}/tasks': async () => ({ statusCode: 204 }),
  });

  it.each([
    ['as it is', '/v1/spaces/team-a/apps/billing/tasks', 204],
    ['below a stage', '/prod/v1/spaces/team-a/apps/billing/tasks', 204],
    ['with an encoded letter', '/v1/spaces/%74eam-a/apps/billing/tasks', 404],
    ['with an encoded letter in the route', '/v1/spaces/team-a/%61pps/billing/tasks', 404],
    ['encoded twice', '/v1/spaces/%2574eam-a/apps/billing/tasks', 404],
    ['with dots', '/v1/spaces/x/../team-a/apps/billing/tasks', 404],
    ['with encoded dots', '/v1/spaces/x/%2e%2e/team-a/apps/billing/tasks', 404],
    ['with a slash too many', '/v1/spaces//team-a/apps/billing/tasks', 404],
    ['with a slash at its end', '/v1/spaces/team-a/apps/billing/tasks/', 404],
    ['with dots before it', '/v1/spaces/x/../../../v1/spaces/team-a/apps/billing/tasks', 404],
    ['with an encoding before it', '/%61/v1/spaces/team-a/apps/billing/tasks', 404],
    ['of another space', '/v1/spaces/team-b/apps/billing/tasks', 404],
  ])('%s: %s', async (_, rawPath, status) => {
    expect(await handler(await runTaskEvent({ rawPath }))).toMatchObject({ statusCode: status });
  });
});
