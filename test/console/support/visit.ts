import type { Browser, Page } from 'playwright-core';
import { TOKEN_KEY } from '../../../console/auth/tokens.ts';

export type Screen = {
  readonly width: number;
  readonly height: number;
  readonly scheme?: 'light' | 'dark';
  readonly timezone?: string;
  /** Token of the local cloud, as a link has left it in the tab. */
  readonly token?: string;
};

export const DESK: Screen = { width: 1280, height: 860 };
export const PHONE: Screen = { width: 400, height: 800 };

/** Tab of a browser, with its requests and errors. */
export type Visit = {
  readonly page: Page;
  /** Origins of all requests. */
  readonly origins: ReadonlySet<string>;
  /** Errors of the browser: policy violations, exceptions, missing files. */
  readonly errors: readonly string[];
  close(): Promise<void>;
};

/** Timeout of an action in ms, enough for a task or a minute. */
const TIMEOUT_MS = 30_000;

/** Console message of Chromium for a response of 400 or more, which is expected. */
const EXPECTED_ERROR = /the server responded with a status of 4\d\d/;

/** Script of a page that stores the token of the local cloud for its tab. */
export const storeToken = (token: string): string =>
  `sessionStorage.setItem('${TOKEN_KEY}', ${JSON.stringify(token)})`;

export async function visit(browser: Browser, screen: Screen = DESK): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: screen.width, height: screen.height },
    colorScheme: screen.scheme ?? 'light',
    timezoneId: screen.timezone ?? 'UTC',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  if (screen.token !== undefined) await context.addInitScript(storeToken(screen.token));
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const origins = new Set<string>();
  const errors: string[] = [];
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED_ERROR.test(message.text())) errors.push(message.text());
  });
  return { page, origins, errors, close: () => context.close() };
}
