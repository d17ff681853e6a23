import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { expectSound } from './sound.ts';

export type Story = {
  readonly page: Page;
  readonly space: string;
  /** Fires the rules that are due at a minute. */
  readonly minute: (minute: Date) => Promise<void>;
};

export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

/** Link of the space's navigation. */
export const section = (page: Page, name: string) =>
  page.getByRole('navigation', { name: /^Space / }).getByRole('link', { name, exact: true });

export async function createJob({ page }: Story): Promise<void> {
  await section(page, 'Tasks').click();
  await page.getByLabel('State').selectOption('cancelled');
  await page.getByRole('row', { name: /Cancelled/ }).waitFor();
  await page.getByRole('row', { name: /Succeeded/ }).waitFor({ state: 'detached' });
  expect(page.url()).toContain('state=cancelled');
  await expectSound(page, 'tasks');
  await section(page, 'Jobs').click();
  await page.getByText('No jobs yet').waitFor();
  await page.getByRole('link', { name: 'Create a job' }).first().click();
  await heading(page, 'Create a job').waitFor();
  await page.getByLabel('Name').fill('Report');
  await page.getByLabel('Command').fill('echo the report');
  await page.getByRole('button', { name: 'Create job' }).click();
  await page.locator('.field.wrong', { hasText: 'Name' }).getByText('"Report" is not allowed').waitFor();
  await expectSound(page, 'create a job, rejected');
  await page.getByLabel('Name').fill('report');
  await page.getByRole('button', { name: 'Create job' }).click();
  await heading(page, 'report').waitFor();
  await page.getByText('Runs on demand only.').waitFor();
}

export async function schedule({ page }: Story): Promise<void> {
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  const cron = page.getByLabel('Cron');
  // At each key: what is wrong in the API's words, then what it means.
  await cron.pressSequentially('0 25 * * *');
  await page.locator('.error', { hasText: 'hour "25" is out of range: 0-23 are allowed.' }).waitFor();
  await expectSound(page, 'the schedule, mistyped');
  await page.getByRole('button', { name: 'Save schedule' }).click();
  await page.getByRole('alert').getByText('Invalid').waitFor();
  await cron.fill('30 2 * * *');
  await page.locator('.meaning').getByText('At 02:30').waitFor();
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByText('Next runs in Europe/Berlin').waitFor();
  await page.getByText('Your time (UTC)').waitFor();
  expect(await page.locator('.meaning tbody tr').count()).toBe(3);
  await expectSound(page, 'the schedule');
  await page.getByRole('button', { name: 'Save schedule' }).click();
  await page.getByText('EventBridge rules', { exact: true }).waitFor();
  await expectSound(page, 'a job with a schedule');
}

/** Changes the job by keyboard: a wrong value is at its field, and an empty field falls back to the app's. */
export async function editJob({ page }: Story): Promise<void> {
  const edit = page.getByRole('button', { name: 'Edit', exact: true });
  await edit.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Edit report' });
  await dialog.locator('select:focus').waitFor();
  await expectSound(page, 'edit a job');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('echo the new report');
  await dialog.getByLabel('Memory').fill('64 potatoes');
  await dialog.getByLabel('Starting deadline').fill('3600');
  await dialog.getByLabel('Expect a success within').fill('26h');
  await page.keyboard.press('Enter');
  await dialog
    .locator('.field.wrong', { hasText: 'Memory' })
    .getByText('"64 potatoes" is not a size')
    .waitFor();
  await expectSound(page, 'edit a job, rejected');
  await dialog.getByLabel('Memory').fill('64M');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.locator('button:focus', { hasText: 'Edit' }).waitFor();
  await page.getByText('echo the new report').waitFor();
  await page.getByText('3600 s').waitFor();
  await page.getByText('64Mi memory').waitFor();
  await edit.click();
  await dialog.getByLabel('Memory').fill('');
  await dialog.getByLabel('Starting deadline').fill('');
  await dialog.getByRole('button', { name: 'Save job' }).click();
  await page.getByText('64Mi memory').waitFor({ state: 'detached' });
  await page.getByText('3600 s').waitFor({ state: 'detached' });
}

/** The next night, at 02:30 in Berlin. */
export async function fires({ page, minute }: Story): Promise<void> {
  const next = await page.locator('.next-runs time').first().getAttribute('datetime');
  await minute(new Date(next ?? ''));
  await page.getByRole('table', { name: 'Tasks of report' }).getByText('Succeeded').waitFor();
  await page.getByRole('link', { name: /^report-\d+$/ }).click();
  await page.getByRole('log').getByText('the new report').waitFor();
  await section(page, 'Jobs').click();
  await page.getByRole('img', { name: '1 run: 1 succeeded. Latest: succeeded.' }).waitFor();
  await expectSound(page, 'jobs');
  await page.getByRole('link', { name: 'report', exact: true }).click();
  await expectSound(page, 'a job that ran');
  await page.getByRole('button', { name: 'Suspend' }).click();
  await page.locator('.tag', { hasText: 'Suspended' }).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.locator('.tag', { hasText: 'Scheduled' }).waitFor();
}

/** A preview of a backfill, which says what is wrong at its field; then the backfill, which is cancelled. */
export async function backfill({ page }: Story): Promise<void> {
  await section(page, 'Jobs').click();
  await page.getByRole('link', { name: 'report', exact: true }).click();
  await page.getByRole('button', { name: 'Backfill', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Backfill report' });
  await dialog.getByLabel('First day').fill('2024-11-03');
  await dialog.getByLabel('Last day').fill('2024-11-01');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.locator('.field.wrong', { hasText: 'First day' }).getByText('is after').waitFor();
  await expectSound(page, 'a backfill, rejected');
  await dialog.getByLabel('First day').fill('2024-10-31');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('Tasks to create: 0 of 2.').waitFor();
  await dialog.getByLabel('Older than all kept tasks').selectOption('again');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('Tasks to create: 2 of 2.').waitFor();
  await expectSound(page, 'the preview of a backfill');
  await dialog.getByRole('button', { name: 'Start backfill' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Cancel backfill' }).click();
  await page.getByRole('dialog', { name: 'Cancel the backfill of report?' }).waitFor();
  await page.getByRole('button', { name: 'Cancel tasks' }).click();
  await page.getByRole('button', { name: 'Cancel backfill' }).waitFor({ state: 'detached' });
}

export async function deleteJob({ page }: Story): Promise<void> {
  await section(page, 'Jobs').click();
  await page.getByRole('link', { name: 'report', exact: true }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog', { name: 'Delete job report?' }).waitFor();
  await page.getByRole('button', { name: 'Delete job' }).click();
  await heading(page, 'Jobs').waitFor();
  await page.getByText('No jobs yet').waitFor();
}
