import { expect } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

type AxeResult = {
  readonly passed: number;
  readonly violations: readonly { readonly id: string; readonly nodes: readonly string[] }[];
};

const RUN_AXE = `axe.run().then(({ passes, violations }) => ({
  passed: passes.length,
  violations: violations.map(({ id, nodes }) =>
    ({ id, nodes: nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary) })),
}))`;

/** Minimum of rules that axe must have checked. */
const MIN_PASSED = 15;

/** Expects a view without axe violations, in light and dark, that is not wider than the screen. */
export async function expectSound(page: Page, view: string): Promise<void> {
  await page.evaluate(axe.source);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { passed, violations } = await page.evaluate<AxeResult>(RUN_AXE);
    expect({ view, colorScheme, violations }).toEqual({ view, colorScheme, violations: [] });
    expect(passed).toBeGreaterThanOrEqual(MIN_PASSED);
  }
  const tooWide = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect({ view, tooWide }).toEqual({ view, tooWide: 0 });
}
