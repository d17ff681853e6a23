import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConsoleCloud, startConsoleCloud } from './support/cloud.ts';
import { inBrowser } from './support/in-browser.ts';
import { playScenario } from './support/scenario.ts';
import { DESK, PHONE, type Visit, visit } from './support/visit.ts';

inBrowser((browser) => {
  describe('the console on the embedded cloud', () => {
    let cloud: ConsoleCloud;
    let seen: Visit | undefined;
    beforeAll(async () => {
      cloud = await startConsoleCloud();
    });
    afterEach(() => seen?.close());
    afterAll(() => cloud.stop());

    it.each([
      ['at a desk', 'at-a-desk', DESK],
      ['on a telephone', 'on-a-telephone', PHONE],
    ] as const)('does all that a user does, %s', async (_, space, screen) => {
      await cloud.openSpace(space);
      seen = await visit(browser(), screen);
      await seen.page.goto(cloud.cloud.consoleUrl);
      await playScenario({ page: seen.page, space, minute: cloud.cloud.runMinute });
      // No requests to other hosts, and no violations of the policy.
      expect([...seen.origins]).toEqual([cloud.cloud.url]);
      expect(seen.errors).toEqual([]);
    });
  });
});
