import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jwtAuthorizer } from '../../local/gateway/authorizer.ts';
import { type ConsoleCloud, startConsoleCloud } from './support/cloud.ts';
import { inBrowser } from './support/in-browser.ts';
import { type OidcIssuer, startOidcIssuer } from './support/oidc-issuer.ts';
import { playScenario } from './support/scenario.ts';
import { expectSound } from './support/sound.ts';
import { startStaticSite } from './support/static-site.ts';
import { type Visit, visit } from './support/visit.ts';

const AUDIENCE = 'taskbridge';
const CLIENT = 'console';

/** Lifetime of a token in seconds: 30 s before its end it is renewed, which is within the scenario. */
const TOKEN_SECONDS = 33;

inBrowser((browser) => {
  describe('the console from another origin, on a stage with JWT', () => {
    let issuer: OidcIssuer;
    let site: Awaited<ReturnType<typeof startStaticSite>>;
    let cloud: ConsoleCloud;
    let seen: Visit;

    beforeAll(async () => {
      issuer = await startOidcIssuer({
        audience: AUDIENCE,
        clientId: CLIENT,
        spaces: ['open-to-ada', 'not-there'],
        seconds: TOKEN_SECONDS,
      });
      site = await startStaticSite();
      const { publicKey: key, url } = issuer;
      cloud = await startConsoleCloud({
        authorizer: jwtAuthorizer({ key, issuer: url, audience: AUDIENCE }),
        consoleOrigin: site.origin,
      });
      site.configure(
        { api: cloud.cloud.url, signIn: { type: 'oidc', issuer: `${url}/`, clientId: CLIENT } },
        [cloud.cloud.url, url],
      );
      await cloud.openSpace('open-to-ada');
      await cloud.openSpace('closed-to-ada');
    });
    afterEach(() => seen.close());
    afterAll(async () => {
      await cloud.stop();
      await Promise.all([issuer.stop(), site.stop()]);
    });

    const signIn = async (address: string): Promise<void> => {
      await seen.page.goto(address);
      await seen.page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await expectSound(seen.page, 'the sign-in');
      await seen.page.getByRole('button', { name: 'Sign in' }).click();
      await seen.page.getByRole('link', { name: 'Continue as Ada' }).click();
    };

    it('signs in, runs the scenario, renews its token, and signs out', async () => {
      seen = await visit(browser());
      const { page } = seen;
      await signIn(site.url);
      await page.getByText('Ada Lovelace').waitFor();
      expect(page.url()).toBe(`${site.url}`);
      // The claim limits the spaces: another one is not shown.
      await page.getByRole('link', { name: 'open-to-ada', exact: true }).waitFor();
      expect(await page.getByText('closed-to-ada').count()).toBe(0);
      await playScenario({ page, space: 'open-to-ada', minute: cloud.cloud.runMinute });
      expect(issuer.refreshes()).toBeGreaterThan(0);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
      expect([...seen.origins].toSorted()).toEqual([cloud.cloud.url, issuer.url, site.origin].toSorted());
      expect(seen.errors).toEqual([]);
    });

    it('returns to the view that was opened, and shows what the token does not allow', async () => {
      seen = await visit(browser());
      const address = `${site.url}#/spaces/closed-to-ada/tasks?state=failed`;
      await signIn(address);
      await seen.page.getByRole('heading', { name: 'Tasks' }).waitFor();
      expect(seen.page.url()).toBe(address);
      const alert = seen.page.getByRole('alert');
      await alert.getByText('Not allowed').waitFor();
      await alert.getByText('does not name space "closed-to-ada"').waitFor();
    });

    it('asks the user to sign in again when the issuer does not renew the session', async () => {
      seen = await visit(browser());
      await signIn(`${site.url}#/spaces/open-to-ada/tasks`);
      await seen.page.getByText('No tasks yet').waitFor();
      issuer.forget();
      await seen.page.getByText('Your session has expired.').waitFor();
      await seen.page.getByRole('button', { name: 'Sign in' }).waitFor();
    });

    it('rejects a response to another sign-in', async () => {
      seen = await visit(browser());
      await seen.page.goto(`${site.url}?code=stolen&state=guessed`);
      await seen.page.getByText('This sign-in was not started in this tab.').waitFor();
      expect(seen.page.url()).toBe(site.url);
    });

    it('may call the API from the configured origin only', async () => {
      const preflight = (origin: string) =>
        fetch(`${cloud.cloud.url}/v1/spaces`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'GET' },
        });
      const allowed = await preflight(site.origin);
      expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
        204,
        site.origin,
      ]);
      expect((await preflight('https://evil.example')).status).toBe(403);
    });
  });
});
