import { afterAll, beforeAll, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { findChromium, MISSING, startChromium } from './chromium.ts';

/** Runs a suite in a browser. Without Chromium it is skipped with a message; in CI it fails. */
export function inBrowser(suite: (browser: () => Browser) => void): void {
  if (findChromium() === undefined) {
    if (process.env.CI !== 'true') console.error(`${MISSING} The console is not tested.`);
    const missing = process.env.CI === 'true' ? it : it.skip;
    missing(`the console in a browser: ${MISSING}`, () => {
      throw new Error(MISSING);
    });
    return;
  }
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());
  suite(() => {
    if (browser === undefined) throw new Error('Chromium did not start; see the first failure.');
    return browser;
  });
}
