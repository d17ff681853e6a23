import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  backfill,
  createJob,
  deleteJob,
  editJob,
  fires,
  heading,
  type Story,
  schedule,
  section,
} from './job-scenario.ts';
import { expectSound } from './sound.ts';

const badge = (page: Page, state: string) => page.locator('.heading .badge', { hasText: state });

/** First hour of a user, with the page alone. Each view is checked by axe. */
export async function playScenario(scenario: Story): Promise<void> {
  const { page, space } = scenario;
  await page.getByRole('link', { name: space, exact: true }).click();
  await heading(page, space).waitFor();
  await page.getByText('This space is empty').waitFor();
  await expectSound(page, 'an empty space');
  await pushApp(scenario);
  await runTask(scenario);
  await terminateTask(scenario);
  await createJob(scenario);
  await schedule(scenario);
  await editJob(scenario);
  await fires(scenario);
  await overview(scenario);
  await backfill(scenario);
  await deleteJob(scenario);
  await deleteApp(scenario);
}

async function pushApp({ page }: Story): Promise<void> {
  await page.getByRole('link', { name: 'Push an app' }).click();
  await heading(page, 'Push an app').waitFor();
  await page.getByLabel('Name').fill('billing');
  await page.getByLabel('Image').fill('registry.example/billing:1');
  await page.getByLabel('Environment').fill('# where it is\nGREETING=hello=world');
  await page.getByLabel('Memory').fill('64 potatoes');
  await page.getByRole('button', { name: 'Push app' }).click();
  // The error message next to the field; the input is kept.
  const field = page.locator('.field.wrong', { hasText: 'Memory' });
  await field.getByText('"64 potatoes" is not a size').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('Invalid');
  expect(await page.getByLabel('Memory').getAttribute('aria-invalid')).toBe('true');
  await expectSound(page, 'push, rejected');
  await page.getByLabel('Memory').fill('64M');
  await page.getByRole('button', { name: 'Push app' }).click();
  await heading(page, 'billing').waitFor();
  await page.getByText('64Mi memory').waitFor();
  await expectSound(page, 'an app');
}

async function runTask({ page, space }: Story): Promise<void> {
  const resume = join(tmpdir(), `taskbridge-console-${randomBytes(6).toString('hex')}`);
  try {
    await page.getByRole('button', { name: 'Run a task' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run billing' });
    await expectSound(page, 'run a task');
    await dialog
      .getByLabel('Command')
      .fill(`echo "started $GREETING"; while [ ! -e ${resume} ]; do sleep 0.05; done; echo "$DAY" ended`);
    await dialog.getByLabel('Arguments').fill('two words\n--dry-run');
    await dialog.getByLabel('Environment').fill('DAY=2026-11-01');
    await dialog.getByLabel('Timeout').fill('10m');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await badge(page, 'Running').waitFor();
    const log = page.getByRole('log');
    await log.getByText('started hello=world').waitFor();
    expect(await log.textContent()).not.toContain('ended');
    await expectSound(page, 'a task that runs');
    await writeFile(resume, '');
    await log.getByText('ended').waitFor();
    await page.getByText('env DAY; 2 arguments; timeout 600s').waitFor();
    await badge(page, 'Succeeded').waitFor();
    await page.getByText('End of log').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    const saved = await download.createReadStream();
    expect((await saved.toArray()).join('')).toBe(
      'started hello=world\n2026-11-01 ended two words --dry-run\n',
    );
  } finally {
    await rm(resume, { force: true });
  }
  expect(page.url()).toContain(`#/spaces/${space}/tasks/billing-`);
}

async function terminateTask({ page }: Story): Promise<void> {
  await page.getByRole('button', { name: 'Run again' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Command').fill('echo up; sleep 600');
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('log').getByText('up').waitFor();
  const terminate = page.getByRole('button', { name: 'Terminate', exact: true });
  await terminate.click();
  await page.getByRole('dialog', { name: /^Terminate billing-/ }).waitFor();
  await expectSound(page, 'the question before a terminate');
  // Escape is a no, and the focus is back where it was.
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Terminate');
  await badge(page, 'Running').waitFor();
  await terminate.click();
  await page.getByRole('button', { name: 'Terminate task' }).click();
  await badge(page, 'Cancelled').waitFor();
  await page.getByRole('button', { name: 'Terminate', exact: true }).waitFor({ state: 'detached' });
}

async function overview({ page }: Story): Promise<void> {
  await section(page, 'Overview').click();
  await page.getByText('No active tasks').waitFor();
  await expectSound(page, 'the overview');
  await section(page, 'Apps').click();
  await page.getByRole('table', { name: 'Apps' }).waitFor();
  await expectSound(page, 'apps');
}

async function deleteApp({ page, space }: Story): Promise<void> {
  await section(page, 'Apps').click();
  await page.getByRole('link', { name: 'billing', exact: true }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const sure = page.getByRole('button', { name: 'Delete app' });
  expect(await sure.isDisabled()).toBe(true);
  await page.getByRole('dialog').getByRole('textbox').fill('billing');
  await expectSound(page, 'the question before an app is deleted');
  await sure.click();
  await page.getByText('No apps yet').waitFor();
  await page.getByRole('link', { name: 'Taskbridge' }).click();
  await page.getByRole('link', { name: space, exact: true }).waitFor();
  await expectSound(page, 'spaces');
}
