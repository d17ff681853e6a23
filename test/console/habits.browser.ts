import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ConsoleCloud, startConsoleCloud } from './support/cloud.ts';
import { inBrowser } from './support/in-browser.ts';
import { DESK, PHONE, type Visit, visit } from './support/visit.ts';

const SPACE = 'habits';
const APP = { image: 'registry.example/billing:1', resources: { cpu: '10m', memory: '64M', disk: '64M' } };

inBrowser((browser) => {
  describe('the console', () => {
    let cloud: ConsoleCloud;
    let seen: Visit;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'habits-test-'));
      cloud = await startConsoleCloud();
      await cloud.openSpace(SPACE);
      await cloud.call('PUT', `${SPACE}/apps/billing`, APP);
    });
    beforeEach(async () => {
      seen = await visit(browser(), { ...DESK, token: cloud.cloud.credentials.token });
    });
    afterEach(() => seen.close());
    afterAll(async () => {
      await cloud.stop();
      await rm(folder, { recursive: true });
    });

    const open = (view: string) => seen.page.goto(`${cloud.cloud.url}/#/spaces/${SPACE}${view}`);
    const started = async (command: string): Promise<string> => {
      const task = await cloud.call('POST', `${SPACE}/apps/billing/tasks`, { command });
      return String(Object(task).name);
    };

    /** A part of a task's command that waits, until the test lets the task go on. */
    const gate = async () => {
      const file = join(await mkdtemp(join(folder, 'gate-')), 'open');
      return { wait: `until [ -e ${file} ]; do sleep 0.1; done`, goOn: () => writeFile(file, '') };
    };

    it('shows a lost connection, keeps its data, and reconnects without a line lost or doubled', async () => {
      const { wait, goOn } = await gate();
      const task = await started(
        `for i in 1 2 3; do echo "line $i"; done; ${wait}; for i in 4 5 6 7 8 9 10; do echo "line $i"; done`,
      );
      const { page } = seen;
      await open(`/tasks/${task}`);
      const log = page.getByRole('log');
      await log.getByText('line 2', { exact: false }).waitFor();
      await page.context().setOffline(true);
      await page.getByText('No connection.').waitFor();
      expect(await log.textContent()).toContain('line 1\n');
      await goOn();
      await page.context().setOffline(false);
      await page.getByText('No connection.').waitFor({ state: 'detached' });
      await page.getByText('End of log').waitFor();
      const lines = ((await log.textContent()) ?? '').trim().split('\n');
      expect(lines).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 1}`));
      await page.locator('.heading .badge', { hasText: 'Succeeded' }).waitFor();
    });

    it('warns of variables that the shell of an app drops, and saves the app even so', async () => {
      const { page } = seen;
      await cloud.call('PUT', `${SPACE}/apps/dotted`, {
        ...APP,
        env: [{ name: 'a.client.zone', value: 'b' }],
      });
      await open('/apps/dotted');
      await page.getByText('/bin/sh drops a.client.zone where it is dash or busybox').waitFor();
      await open('/push?app=dotted');
      await page.getByLabel('Environment').fill('a_client_zone=b');
      await page.getByRole('button', { name: 'Save app' }).click();
      await page.getByText('App dotted is pushed.').waitFor();
      await page.getByText('/bin/sh drops').waitFor({ state: 'detached' });
    });

    it('keeps the input when a request fails, and starts one task when it is sent twice', async () => {
      const { page } = seen;
      await open('/apps/billing');
      await page.getByRole('button', { name: 'Run a task' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Command').fill('echo once');
      await dialog.getByLabel('Display name').fill('sent twice');
      // The request arrives; its response is lost.
      let first = true;
      await page.route('**/apps/billing/tasks', async (route) => {
        if (!first) return route.continue();
        first = false;
        await route.fetch();
        return route.abort('connectionreset');
      });
      await dialog.getByRole('button', { name: 'Run', exact: true }).click();
      await dialog.getByText('Your input is kept').waitFor();
      expect(await dialog.getByLabel('Command').inputValue()).toBe('echo once');
      await dialog.getByRole('button', { name: 'Run', exact: true }).click();
      await page.locator('.heading .badge', { hasText: 'Succeeded' }).waitFor();
      const { items } = Object(await cloud.call('GET', `${SPACE}/tasks?app=billing&limit=500`));
      const named = items.filter(({ displayName }: { displayName?: string }) => displayName === 'sent twice');
      expect(named).toHaveLength(1);
    });

    it('works by keyboard: each view focuses its heading, and the first key skips to it', async () => {
      const { page } = seen;
      await open('/apps');
      await page.getByRole('table', { name: 'Apps' }).waitFor();
      await page.keyboard.press('Tab');
      await page.locator('button:focus', { hasText: 'Skip to content' }).waitFor();
      await page.keyboard.press('Enter');
      await page.locator('h1:focus', { hasText: 'Apps' }).waitFor();
      await page.getByRole('link', { name: 'billing', exact: true }).focus();
      await page.keyboard.press('Enter');
      // The focus moves once the view is painted.
      await page.locator('h1:focus', { hasText: 'billing' }).waitFor();
      await page.waitForFunction('document.title === "billing · Taskbridge"');
      await page.getByRole('button', { name: 'Run a task' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.locator('button:focus', { hasText: 'Run a task' }).waitFor();
    });

    it('scrolls to the newest line of a log until the user scrolls up', async () => {
      const { wait, goOn } = await gate();
      const task = await started(`seq 1 400; ${wait}; seq 401 500`);
      const { page } = seen;
      await open(`/tasks/${task}`);
      const log = page.getByRole('log');
      await log.getByText('400', { exact: false }).waitFor();
      await page.evaluate('document.querySelector(".log").scrollTo({ top: 0 })');
      await page.getByRole('button', { name: 'Jump to end' }).waitFor();
      await goOn();
      await page.getByText('500 lines').waitFor();
      expect(await page.evaluate('document.querySelector(".log").scrollTop')).toBe(0);
      await page.getByRole('button', { name: 'Jump to end' }).click();
      await page.getByRole('button', { name: 'Jump to end' }).waitFor({ state: 'detached' });
      await page.waitForFunction(
        '(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2)(document.querySelector(".log"))',
      );
    });

    it('edits an app and keeps the fields that its form does not have', async () => {
      const env = [
        { name: 'FROM_FIELD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'A', value: 'b' },
      ];
      const spec = {
        ...APP,
        env,
        securityGroups: ['internal'],
        taskRetention: 77,
        entrypoint: ['/bin/sh', '-c'],
      };
      await cloud.call('PUT', `${SPACE}/apps/changed`, spec);
      const { page } = seen;
      await open('/push?app=changed');
      await page.getByText('Not editable here: FROM_FIELD.').waitFor();
      await page.getByLabel('Environment').fill('A=c\nB=');
      await page.getByRole('button', { name: 'Save app' }).click();
      await page.getByRole('heading', { level: 1, name: 'changed', exact: true }).waitFor();
      expect(await cloud.call('GET', `${SPACE}/apps/changed`)).toMatchObject({
        ...spec,
        resources: { cpu: '10m', memory: '64Mi', disk: '64Mi' },
        env: [env[0], { name: 'A', value: 'c' }, { name: 'B', value: '' }],
      });
    });

    it('retries to read the app to edit', async () => {
      const { page } = seen;
      let first = true;
      await page.route('**/apps/billing', (route) => {
        if (!first) return route.continue();
        first = false;
        return route.abort('connectionreset');
      });
      await open('/push?app=billing');
      await page.getByLabel('Image').waitFor();
      expect(await page.getByLabel('Image').inputValue()).toBe(APP.image);
      expect(first).toBe(false);
    });

    it('shows what is not found', async () => {
      await open('/jobs/nobody');
      await seen.page.getByRole('alert').getByText('Not found').waitFor();
      await seen.page.goto(`${cloud.cloud.url}/#/nowhere`);
      await seen.page.getByText('Page not found.').waitFor();
    });

    it('sends no requests while hidden, and one at once when visible again', async () => {
      const { page } = seen;
      let requests = 0;
      page.on('request', (request) => {
        if (new URL(request.url()).pathname.endsWith('/apps')) requests += 1;
      });
      await page.clock.install();
      await open('/apps');
      // Timers that were set before are not of this clock.
      await page.reload();
      await page.getByRole('table', { name: 'Apps' }).waitFor();
      // It polls while it is visible.
      const polled = page.waitForRequest('**/apps?*');
      await page.clock.runFor(30_000);
      await polled;
      await page.evaluate('Object.defineProperty(document, "hidden", { value: true, configurable: true })');
      await page.clock.runFor(60_000);
      const before = requests;
      await page.clock.runFor(600_000);
      expect(requests).toBe(before);
      const refreshed = page.waitForRequest('**/apps?*');
      await page.evaluate('delete document.hidden; document.dispatchEvent(new Event("visibilitychange"))');
      await refreshed;
    });

    it('sends few requests while nothing changes', async () => {
      await seen.close();
      seen = await visit(browser(), { ...PHONE, token: cloud.cloud.credentials.token });
      const paths: string[] = [];
      seen.page.on('request', (request) => paths.push(new URL(request.url()).pathname));
      await cloud.call('POST', `${SPACE}/jobs`, { name: 'one', app: 'billing', command: 'true' });
      await cloud.call('POST', `${SPACE}/jobs`, { name: 'other', app: 'billing', command: 'true' });
      await open('/jobs');
      await seen.page.getByRole('img', { name: 'No runs yet.' }).nth(1).waitFor();
      // One list with the outcomes of all jobs, not a request per job.
      expect(new Set(paths.filter((path) => path.startsWith('/v1/')))).toEqual(
        new Set([`/v1/spaces/${SPACE}/jobs`]),
      );
    });
  });
});
