import { expect } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

export type Screen = {
  readonly width: number;
  readonly height: number;
  readonly scheme?: 'light' | 'dark';
  readonly timezone?: string;
};

export const DESK: Screen = { width: 1280, height: 860 };
export const PHONE: Screen = { width: 400, height: 800 };

/** A tab, and what it did that it must not. */
export type Visit = {
  readonly page: Page;
  /** Origins that were asked for anything. */
  readonly origins: ReadonlySet<string>;
  /** What the browser complained of: refused by the policy, thrown, not there. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
};

/** What a task or a minute takes, and no more: a page that hangs fails the test. */
const TIMEOUT_MS = 30_000;

/** A failed request is Chromium's word for an answer of 400 and more, which a refusal is. */
const REFUSED = /the server responded with a status of 4\d\d/;

export async function visit(browser: Browser, screen: Screen = DESK): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: screen.width, height: screen.height },
    colorScheme: screen.scheme ?? 'light',
    timezoneId: screen.timezone ?? 'UTC',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const origins = new Set<string>();
  const complaints: string[] = [];
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !REFUSED.test(message.text())) complaints.push(message.text());
  });
  return { page, origins, complaints, close: () => context.close() };
}

type Looked = {
  readonly passed: number;
  readonly violations: readonly { readonly id: string; readonly nodes: readonly string[] }[];
};

const RUN_AXE = `axe.run().then(({ passes, violations }) => ({
  passed: passes.length,
  violations: violations.map(({ id, nodes }) =>
    ({ id, nodes: nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary) })),
}))`;

/** An axe that looked at nothing finds nothing. */
const LEAST_PASSED = 15;

/** That axe finds nothing in the view, in light and in dark, and that nothing of it is wider than the screen. */
export async function expectSound(page: Page, view: string): Promise<void> {
  await page.evaluate(axe.source);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { passed, violations } = await page.evaluate<Looked>(RUN_AXE);
    expect({ view, colorScheme, violations }).toEqual({ view, colorScheme, violations: [] });
    expect(passed).toBeGreaterThanOrEqual(LEAST_PASSED);
  }
  const tooWide = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect({ view, tooWide }).toEqual({ view, tooWide: 0 });
}
