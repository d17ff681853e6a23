import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { expectSound } from './visit.ts';

type Story = {
  readonly page: Page;
  readonly space: string;
  /** Fires the rules of a minute. */
  readonly minute: (minute: Date) => Promise<void>;
};

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const badge = (page: Page, state: string) => page.locator('.heading .badge', { hasText: state });

/** What a user does in a first hour: all of it with the page alone, each view looked at by axe. */
export async function tellStory(story: Story): Promise<void> {
  const { page, space } = story;
  await page.getByRole('link', { name: space, exact: true }).click();
  await heading(page, space).waitFor();
  await page.getByText('Nothing has run here yet').waitFor();
  await expectSound(page, 'an empty space');
  await pushApp(story);
  await runTask(story);
  await terminateTask(story);
  await createJob(story);
  await schedule(story);
  await fires(story);
  await overview(story);
  await deleteJob(story);
  await deleteApp(story);
}

async function pushApp({ page }: Story): Promise<void> {
  await page.getByRole('link', { name: 'Push an app' }).click();
  await heading(page, 'Push an app').waitFor();
  await page.getByLabel('Name').fill('billing');
  await page.getByLabel('Image').fill('registry.example/billing:1');
  await page.getByLabel('Environment').fill('# where it is\nGREETING=hello=world');
  await page.getByLabel('Memory').fill('64 potatoes');
  await page.getByRole('button', { name: 'Push the app' }).click();
  // The refusal's own words, beside the field; what was typed is still there.
  const refused = page.locator('.field.wrong', { hasText: 'Memory' });
  await refused.getByText('"64 potatoes" is not a size').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('Invalid');
  expect(await page.getByLabel('Memory').getAttribute('aria-invalid')).toBe('true');
  await expectSound(page, 'push, refused');
  await page.getByLabel('Memory').fill('64M');
  await page.getByRole('button', { name: 'Push the app' }).click();
  await heading(page, 'billing').waitFor();
  await page.getByText('64Mi memory').waitFor();
  await expectSound(page, 'an app');
}

async function runTask({ page, space }: Story): Promise<void> {
  const goOn = join(tmpdir(), `taskbridge-console-${randomBytes(6).toString('hex')}`);
  try {
    await page.getByRole('button', { name: 'Run a task' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run billing' });
    await expectSound(page, 'run a task');
    await dialog
      .getByLabel('Command')
      .fill(`echo "begun $GREETING"; while [ ! -e ${goOn} ]; do sleep 0.05; done; echo ended`);
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await badge(page, 'Running').waitFor();
    const log = page.getByRole('log');
    await log.getByText('begun hello=world').waitFor();
    expect(await log.textContent()).not.toContain('ended');
    await expectSound(page, 'a task that runs');
    await writeFile(goOn, '');
    await log.getByText('ended').waitFor();
    await badge(page, 'Succeeded').waitFor();
    await page.getByText('The log ends here.').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    const saved = await download.createReadStream();
    expect((await saved.toArray()).join('')).toBe('begun hello=world\nended\n');
  } finally {
    await rm(goOn, { force: true });
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
  await page.getByRole('button', { name: 'Terminate it' }).click();
  await badge(page, 'Cancelled').waitFor();
  await page.getByRole('button', { name: 'Terminate', exact: true }).waitFor({ state: 'detached' });
}

const section = (page: Page, name: string) =>
  page.getByRole('navigation', { name: /^Space / }).getByRole('link', { name, exact: true });

async function createJob({ page }: Story): Promise<void> {
  await section(page, 'Tasks').click();
  await page.getByLabel('State').selectOption('cancelled');
  await page.getByRole('row', { name: /Cancelled/ }).waitFor();
  await page.getByRole('row', { name: /Succeeded/ }).waitFor({ state: 'detached' });
  expect(page.url()).toContain('state=cancelled');
  await expectSound(page, 'tasks');
  await section(page, 'Jobs').click();
  await page.getByText('No job yet').waitFor();
  await page.getByRole('link', { name: 'Create a job' }).first().click();
  await heading(page, 'Create a job').waitFor();
  await page.getByLabel('Name').fill('Report');
  await page.getByLabel('Command').fill('echo the report');
  await page.getByRole('button', { name: 'Create the job' }).click();
  await page.locator('.field.wrong', { hasText: 'Name' }).getByText('"Report" is not allowed').waitFor();
  await page.getByLabel('Name').fill('report');
  await page.getByRole('button', { name: 'Create the job' }).click();
  await heading(page, 'report').waitFor();
  await page.getByText('It runs when it is asked to.').waitFor();
}

async function schedule({ page }: Story): Promise<void> {
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  const cron = page.getByLabel('Cron');
  // At each key: what is wrong in the API's words, then what it means.
  await cron.pressSequentially('0 25 * * *');
  await page.locator('.error', { hasText: 'hour "25" is out of range: 0-23 are allowed.' }).waitFor();
  await expectSound(page, 'the schedule, mistyped');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await page.getByRole('alert').getByText('Invalid').waitFor();
  await cron.fill('30 2 * * *');
  await page.locator('.meaning').getByText('At 02:30').waitFor();
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByText('Next runs in Europe/Berlin').waitFor();
  await page.getByText('Your time (UTC)').waitFor();
  expect(await page.locator('.meaning tbody tr').count()).toBe(3);
  await expectSound(page, 'the schedule');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await page.getByText('EventBridge rules wake it').waitFor();
  await expectSound(page, 'a job with a schedule');
}

/** The next night, at 02:30 in Berlin. */
async function fires({ page, minute }: Story): Promise<void> {
  const next = await page.locator('.next-runs time').first().getAttribute('datetime');
  await minute(new Date(next ?? ''));
  await page.getByRole('table', { name: 'Tasks of report' }).getByText('Succeeded').waitFor();
  await page.getByRole('link', { name: /^report-\d+$/ }).click();
  await page.getByRole('log').getByText('the report').waitFor();
  await section(page, 'Jobs').click();
  await page.getByRole('img', { name: '1 run: 1 succeeded. The newest succeeded.' }).waitFor();
  await expectSound(page, 'jobs');
  await page.getByRole('link', { name: 'report', exact: true }).click();
  await page.getByRole('button', { name: 'Suspend' }).click();
  await page.locator('.tag', { hasText: 'Suspended' }).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.locator('.tag', { hasText: 'Scheduled' }).waitFor();
}

async function overview({ page }: Story): Promise<void> {
  await section(page, 'Overview').click();
  await page.getByText('Nothing runs.').waitFor();
  await expectSound(page, 'the overview');
  await section(page, 'Apps').click();
  await page.getByRole('table', { name: 'Apps' }).waitFor();
  await expectSound(page, 'apps');
}

async function deleteJob({ page }: Story): Promise<void> {
  await section(page, 'Jobs').click();
  await page.getByRole('link', { name: 'report', exact: true }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog', { name: 'Delete job report?' }).waitFor();
  await page.getByRole('button', { name: 'Delete the job' }).click();
  await heading(page, 'Jobs').waitFor();
  await page.getByText('No job yet').waitFor();
}

async function deleteApp({ page, space }: Story): Promise<void> {
  await section(page, 'Apps').click();
  await page.getByRole('link', { name: 'billing', exact: true }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const sure = page.getByRole('button', { name: 'Delete the app' });
  expect(await sure.isDisabled()).toBe(true);
  await page.getByRole('dialog').getByRole('textbox').fill('billing');
  await expectSound(page, 'the question before an app is deleted');
  await sure.click();
  await page.getByText('No app yet').waitFor();
  await page.getByRole('link', { name: 'Taskbridge' }).click();
  await page.getByRole('link', { name: space, exact: true }).waitFor();
  await expectSound(page, 'spaces');
}
