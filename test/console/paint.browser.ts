import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { clusterApi } from '../support/cluster-api.ts';
import { eventually } from '../support/eventually.ts';
import { createPastRuns, type PastRun, withoutWebhooks } from '../support/past-runs.ts';
import { objectPath } from '../support/paths.ts';
import { type ConsoleCloud, startConsoleCloud } from './support/cloud.ts';
import { inBrowser } from './support/in-browser.ts';
import { DESK, type Screen, visit } from './support/visit.ts';

const SPACE = 'five-hundred';
const TASKS = 500;
const ROUNDS = 7;

/** Script that runs before the page: records when rows are painted, two frames after they exist. */
const WATCH = `
  const soon = (name) => requestAnimationFrame(() => requestAnimationFrame(() => { window[name] ??= performance.now(); }));
  new MutationObserver(() => {
    const rows = document.querySelectorAll('tbody tr').length;
    if (rows > 0) soon('started');
    if (rows >= ${TASKS}) soon('painted');
  }).observe(document, { childList: true, subtree: true });
`;

const READ = `({
  first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  responded: performance.getEntriesByType('resource').find(({ name }) => name.includes('/tasks?'))?.responseEnd ?? 0,
  started: window.started,
  painted: window.painted,
})`;

type Times = {
  readonly first: number;
  readonly responded: number;
  readonly started: number;
  readonly painted: number;
};

const ENDS: readonly PastRun['condition'][] = [
  { status: 'True', reason: 'Succeeded' },
  { status: 'False', reason: 'Failed' },
  { status: 'False', reason: 'Cancelled' },
];

/** Maximum ratio of the paint time to that of a page with the rows in its HTML. */
const MAX_RATIO = 5;

inBrowser((browser) => {
  describe('the list of 500 tasks', () => {
    let cloud: ConsoleCloud;
    beforeAll(async () => {
      cloud = await startConsoleCloud();
      await cloud.openSpace(SPACE);
      await cloud.call('PUT', `${SPACE}/apps/billing`, { image: 'registry.example/billing:1' });
      await addTasks(cloud);
    });
    afterAll(() => cloud.stop());

    it('is painted soon after the response', async () => {
      const { url: origin, credentials } = cloud.cloud;
      const screen = { ...DESK, token: credentials.token };
      const url = `${origin}/#/spaces/${SPACE}/tasks?limit=${TASKS}`;
      const ours = await rounds(browser(), screen, url);
      const plain = await plainRounds(browser(), screen, url);
      const started = median(ours.map((times) => times.started - times.responded));
      const rows = median(ours.map(({ responded, painted }) => painted - responded));
      const anchor = median(plain);
      const figures = [
        `first paint ${median(ours.map(({ first }) => first))} ms`,
        `response of the API ${median(ours.map(({ responded }) => responded))} ms`,
        `the first rows ${started} ms after it, all ${rows} ms (as plain HTML ${anchor} ms)`,
      ];
      console.log(`${TASKS} tasks, median of ${ROUNDS} loads: ${figures.join(', ')}.`);
      expect(rows / anchor).toBeLessThan(MAX_RATIO);
    });
  });
});

async function addTasks({ call, cluster }: ConsoleCloud): Promise<void> {
  const admin = clusterApi(cluster.cluster.admin);
  await withoutWebhooks(admin, SPACE);
  const { body } = await admin.get(objectPath('apps', SPACE, 'billing'));
  const app = {
    space: SPACE,
    name: 'billing',
    uid: body.metadata.uid,
    createdAt: body.metadata.creationTimestamp,
    pushes: [],
    spec: { image: 'registry.example/billing:1' },
  };
  await createPastRuns(
    admin,
    Array.from({ length: TASKS }, (_, index) => ({
      app,
      id: String(index).padStart(5, '0'),
      requestedAt: new Date(Date.now() - index * 60_000),
      condition: ENDS[index % ENDS.length],
      told: true,
    })),
  );
  admin.close();
  const { items } = Object(await call('GET', `${SPACE}/tasks?limit=${TASKS}`));
  if (items.length !== TASKS) throw new Error(`Expected ${TASKS} tasks, found ${items.length}.`);
}

/** Waits until the rows are painted, and returns the times. Polls from outside, as the page's policy allows no script. */
const timesOf = (page: Page): Promise<Times> =>
  eventually(
    async () => {
      const times = await page.evaluate<Times>(READ);
      return times.painted === undefined ? undefined : times;
    },
    { what: `${TASKS} rows` },
  );

/** Times of several loads, each with an empty cache. */
async function rounds(browser: Browser, screen: Screen, url: string): Promise<readonly Times[]> {
  const times: Times[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { page, close } = await visit(browser, screen);
    await page.addInitScript(WATCH);
    await page.goto(url);
    times.push(await timesOf(page));
    await close();
  }
  return times;
}

/** Baseline: times from the last byte to the paint for the same rows as plain HTML. */
async function plainRounds(browser: Browser, screen: Screen, url: string): Promise<readonly number[]> {
  const source = await visit(browser, screen);
  await source.page.goto(url);
  await source.page.addInitScript(WATCH);
  await source.page.reload();
  await timesOf(source.page);
  const html = await source.page.content();
  await source.close();
  const body = html.replace(/<script[^>]*><\/script>/, '');
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { page, close } = await visit(browser, screen);
    await page.route('**/plain', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.addInitScript(WATCH);
    await page.goto(new URL('/plain', url).href);
    const { painted } = await timesOf(page);
    const navigation = "performance.getEntriesByType('navigation')[0].responseEnd";
    times.push(painted - (await page.evaluate<number>(navigation)));
    await close();
  }
  return times;
}

const median = (values: readonly number[]): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
