import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createCredentials } from '../../local/credentials.ts';
import { type ConsoleCloud, startConsoleCloud } from './support/cloud.ts';
import { inBrowser } from './support/in-browser.ts';
import { expectSound } from './support/sound.ts';
import { type Visit, visit } from './support/visit.ts';

const SPACE = 'demo';

inBrowser((browser) => {
  describe('the link to the console of the local cloud', () => {
    let cloud: ConsoleCloud;
    let seen: Visit;
    beforeAll(async () => {
      cloud = await startConsoleCloud();
      await cloud.openSpace(SPACE);
    });
    beforeEach(async () => {
      seen = await visit(browser());
    });
    afterEach(() => seen.close());
    afterAll(() => cloud.stop());

    const open = (address: string) => seen.page.goto(address);
    const isIn = () => seen.page.getByRole('link', { name: SPACE }).first().waitFor();
    const isOut = () => seen.page.getByText('Open the link that npm start prints').waitFor();

    it('signs in, for as long as the tab is open, and leaves the address', async () => {
      await open(cloud.cloud.consoleUrl);
      await isIn();
      expect(seen.page.url()).toBe(`${cloud.cloud.url}/`);
      await seen.page.reload();
      await isIn();
    });

    it('is asked for where it is missing', async () => {
      await open(cloud.cloud.url);
      await isOut();
      await expectSound(seen.page, 'the page without its link');
      expect(await seen.page.getByRole('button', { name: 'Sign in' }).count()).toBe(0);
    });

    it('is asked for again after a restart, and works in the same tab', async () => {
      await open(`${cloud.cloud.url}/#token=${createCredentials().token}`);
      await isOut();
      await open(cloud.cloud.consoleUrl);
      await isIn();
      expect(seen.page.url()).toBe(`${cloud.cloud.url}/`);
    });
  });
});
