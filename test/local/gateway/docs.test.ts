import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../../../local/gateway/gateway.ts';
import { openApi } from '../../support/openapi.ts';

describe('the pages of the local cloud', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ routes: [], authorizer: async () => undefined, onError: () => {} });
  });
  afterAll(() => gateway.stop());

  it('include the OpenAPI document', async () => {
    const response = await fetch(`${gateway.url}/openapi.json`);
    expect(await response.json()).toEqual(openApi);
  });

  it('load no files from other hosts', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]*)"/g)].map(([, file]) => file ?? '');
    expect(files).toHaveLength(3);
    for (const file of files) {
      const response = await fetch(new URL(file, `${gateway.url}/docs`));
      expect({ file, status: response.status }).toEqual({ file, status: 200 });
      expect((await response.text()).length).toBeGreaterThan(50);
    }
  });

  it('are served to local programs and pages only', async () => {
    const headers = { origin: 'https://evil.example' };
    expect((await fetch(`${gateway.url}/openapi.json`, { headers })).status).toBe(403);
  });
});
