import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { serve } from '../../lib/http/serve.ts';
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
