import { spawnSync } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { startChromium } from '../support/chromium.ts';
import { storeToken } from '../support/visit.ts';
import { realNow, type ScreenshotData, startScreenshotData } from './data.ts';
import { liveThrough, SPACE, SPACES } from './scenario.ts';

/** `npm run screenshots`: each view of the console, light and dark, into docs/images/. */
const folder = new URL('../../../docs/images/', import.meta.url);

const DAY_MS = 24 * 3_600_000;

type View = {
  readonly name: string;
  readonly path: string;
  readonly height?: number;
  readonly width?: number;
  /** Brings the view into the state to capture. */
  readonly act?: (page: Page) => Promise<unknown>;
};

const newest = async (world: ScreenshotData, query: string): Promise<string> =>
  Object(await world.call('GET', `${SPACE}/tasks?${query}&limit=1`)).items[0].name;

async function viewsOf(world: ScreenshotData): Promise<readonly View[]> {
  const running = await newest(world, 'app=billing&state=running');
  const failed = await newest(world, 'job=reconcile-ledger&state=failed');
  const editor = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Edit schedule' }).click();
    await page.getByLabel('Cron').fill('0 6-20/2 * * mon-fri');
    await page.locator('.meaning .words').waitFor();
  };
  const mistyped = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Edit schedule' }).click();
    await page.getByLabel('Cron').fill('0 6 * * fri-mon');
    await page.locator('.field.wrong').waitFor();
  };
  return [
    {
      name: 'spaces',
      path: '',
      height: 420,
      act: (page) =>
        page
          .getByText(/running/)
          .nth(2)
          .waitFor(),
    },
    { name: 'overview', path: `/${SPACE}`, height: 1000 },
    { name: 'apps', path: `/${SPACE}/apps`, height: 460 },
    { name: 'app', path: `/${SPACE}/apps/billing`, height: 900 },
    { name: 'push', path: `/${SPACE}/push`, height: 760 },
    { name: 'tasks', path: `/${SPACE}/tasks`, height: 900 },
    { name: 'task', path: `/${SPACE}/tasks/${running}`, height: 900 },
    { name: 'task-failed', path: `/${SPACE}/tasks/${failed}`, height: 900 },
    { name: 'jobs', path: `/${SPACE}/jobs`, height: 860 },
    { name: 'job', path: `/${SPACE}/jobs/nightly-invoices`, height: 900 },
    { name: 'schedule', path: `/${SPACE}/jobs/nightly-invoices`, height: 900, act: editor },
    { name: 'schedule-refused', path: `/${SPACE}/jobs/nightly-invoices`, height: 860, act: mistyped },
    { name: 'create-job', path: `/${SPACE}/create-job?app=billing`, height: 900 },
    {
      name: 'run',
      path: `/${SPACE}/jobs/nightly-invoices`,
      height: 760,
      act: (page) => page.getByRole('button', { name: 'Run now' }).click(),
    },
    {
      name: 'delete',
      path: `/${SPACE}/apps/billing`,
      height: 640,
      act: (page) => page.getByRole('button', { name: 'Delete', exact: true }).click(),
    },
    { name: 'phone-overview', path: `/${SPACE}`, width: 400, height: 860 },
    { name: 'phone-jobs', path: `/${SPACE}/jobs`, width: 400, height: 860 },
    { name: 'phone-task', path: `/${SPACE}/tasks/${running}`, width: 400, height: 860 },
  ];
}

/** Reduces a picture to 256 colours, a third of the bytes. Without pngquant (Debian's package) pictures stay larger. */
const shrink = (file: string): void => {
  spawnSync('pngquant', ['--force', '--ext', '.png', '--speed', '1', '--strip', file]);
};

async function takeAll(world: ScreenshotData): Promise<void> {
  const browser = await startChromium();
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const { name, path, width = 1180, height = 800, act } of await viewsOf(world)) {
        const context = await browser.newContext({
          viewport: { width, height },
          colorScheme,
          reducedMotion: 'reduce',
          locale: 'en-GB',
          timezoneId: 'America/New_York',
        });
        await context.addInitScript(storeToken(world.cloud.credentials.token));
        const page = await context.newPage();
        await page.goto(`${world.cloud.url}/#/spaces${path}`);
        await page.locator('main .card, main .grid').first().waitFor();
        await page.waitForLoadState('networkidle');
        await act?.(page);
        const file = new URL(`${name}-${colorScheme}.png`, folder);
        await page.screenshot({ path: file.pathname });
        shrink(file.pathname);
        console.log(`${name}-${colorScheme}.png: ${Math.round((await stat(file)).size / 1024)} KB`);
        await context.close();
      }
    }
  } finally {
    await browser.close();
  }
}

await mkdir(folder, { recursive: true });
const now = realNow();
const world = await startScreenshotData(new Date(now.getTime() - 32 * DAY_MS), SPACES);
try {
  await liveThrough(world, now);
  world.clock.moveTo(realNow());
  await takeAll(world);
} finally {
  await world.programs.gate(true);
  await world.stop();
}
process.exit(0);
