import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hrefOf } from '../../console/routes.ts';
import { type ConsoleCloud, startConsoleCloud } from './support/cloud.ts';
import { inBrowser } from './support/in-browser.ts';
import { DESK, type Visit, visit } from './support/visit.ts';

const SPACE = 'demo';
const APPS = ['a', 'b', 'c', 'd', 'e'];

inBrowser((browser) => {
  describe('a list whose pages are shorter than requested', () => {
    let cloud: ConsoleCloud;
    let seen: Visit;
    beforeAll(async () => {
      cloud = await startConsoleCloud();
      await cloud.openSpace(SPACE);
      for (const app of APPS) await cloud.call('PUT', `${SPACE}/apps/${app}`, { image: 'busybox:1' });
    });
    beforeEach(async () => {
      seen = await visit(browser(), { ...DESK, token: cloud.cloud.credentials.token });
      // As with apps of which two fill an answer.
      await seen.page.route(/\/apps\?.*limit=500/, (route) =>
        route.continue({ url: route.request().url().replace('limit=500', 'limit=2') }),
      );
    });
    afterEach(() => seen.close());
    afterAll(() => cloud.stop());

    it('is read on, so that each app can be chosen for a new job', async () => {
      await seen.page.goto(`${cloud.cloud.url}/${hrefOf({ view: 'create-job', space: SPACE })}`);
      const choice = seen.page.getByLabel('App', { exact: true });
      await choice.locator('option', { hasText: 'e' }).waitFor({ state: 'attached' });
      expect(await choice.locator('option').allTextContents()).toEqual(APPS);
      expect(seen.errors).toEqual([]);
    });
  });
});
