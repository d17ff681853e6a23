import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppliedJobs, type AppliedResult } from './api/responses.ts';
import type { Client } from './client.ts';
import { CliError, messageOf, UsageError } from './errors.ts';
import { present } from './flags.ts';
import { readManifestFile } from './manifest.ts';
import type { ManifestJob } from './manifest-jobs.ts';
import type { Context, ParsedArgs } from './verb.ts';

/** App whose jobs a file has. */
export type AppOfFile = {
  readonly name: string;
  readonly file: string;
  readonly jobs: readonly ManifestJob[];
};

/**
 * Apps of the files of `-f` that say something of their jobs. All files are read and checked. Throws a usage error where none
 * does, and where two have the same app.
 */
export async function readApps(given: ParsedArgs): Promise<readonly AppOfFile[]> {
  const path = given.text('manifest');
  if (path === undefined) throw new UsageError('Specify --manifest FILE, or -f FILE.');
  const found: AppOfFile[] = [];
  for (const file of await filesOf(path))
    for (const { name, jobs } of await readManifestFile(given, file, undefined)) {
      if (jobs === undefined) continue;
      const twin = found.find((app) => app.name === name);
      if (twin !== undefined)
        throw new UsageError(
          `${file}: the jobs of app ${name} are in ${twin.file} too: put them in one place.`,
        );
      found.push({ name, file, jobs });
    }
  if (found.length === 0)
    throw new UsageError(`${path} says nothing of jobs: add jobs: to an app; jobs: [] is none at all.`);
  return found;
}

async function filesOf(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
    if (names.length > 0) return names.map((name) => join(path, name));
  } catch (error) {
    throw new UsageError(`${path} can't be read: ${messageOf(error)}.`);
  }
  throw new UsageError(`${path} has no file that ends with .yml or .yaml.`);
}

type Options = { readonly prune?: boolean | undefined; readonly dryRun?: boolean | undefined };

/** Sends the jobs of an app, and again while it writes some of those for which the request before had no time. */
export async function sendJobs(
  client: Client,
  { name, jobs }: Pick<AppOfFile, 'name' | 'jobs'>,
  { prune, dryRun }: Options = {},
): Promise<readonly AppliedResult[]> {
  const body = present({
    jobs: jobs.map((job) => job.body),
    prune: prune || undefined,
    dryRun: dryRun || undefined,
  });
  const send = async () =>
    (await client.request(AppliedJobs, { method: 'PUT', path: ['apps', name, 'jobs'], body })).value.jobs;
  let results = await send();
  while (results.some(isRemaining)) {
    const done = new Map(results.filter(isWritten).map((result) => [result.name, result]));
    const next = await send();
    const isStuck = !next.some(isWritten);
    const named = new Set(next.map((result) => result.name));
    // What was deleted before is in no later answer.
    const gone = [...done.values()].filter((result) => !named.has(result.name));
    results = [...next.map((result) => withActivity(done.get(result.name), result)), ...gone];
    if (isStuck) break;
  }
  return results;
}

const withActivity = (before: AppliedResult | undefined, now: AppliedResult): AppliedResult =>
  before === undefined ? now : { ...before, active: now.active };

const isRemaining = ({ outcome }: AppliedResult): boolean => outcome === 'remaining';

/** True for a job that was written, or would be. */
export const isWritten = ({ outcome }: AppliedResult): boolean =>
  ['created', 'changed', 'deleted'].includes(outcome);

/** Says what became of the jobs of an app, each in a line; `dryRun`: what would. */
function tellJobs(
  { screen }: Pick<Context, 'screen'>,
  results: readonly AppliedResult[],
  dryRun = false,
): void {
  const is = dryRun ? 'would be' : 'is';
  for (const { name, outcome, fields } of results.filter(isWritten))
    screen.line(`Job ${name} ${is} ${outcome}${fields.length === 0 ? '' : `: ${fields.join(', ')}`}.`);
}

/** Says how many jobs became what, and what is left to be known of them. */
function tellCounts(
  { screen }: Pick<Context, 'screen'>,
  results: readonly AppliedResult[],
  dryRun = false,
): void {
  const of = (wanted: string): readonly AppliedResult[] =>
    results.filter(({ outcome }) => outcome === wanted);
  const counts = ['created', 'changed', 'deleted', 'unchanged'].map(
    (outcome) => `${of(outcome).length} ${outcome}`,
  );
  screen.line(`${dryRun ? 'Dry run: ' : 'Jobs: '}${counts.join(', ')}.`);
  const inactive = results.filter(({ active }) => active === false);
  if (inactive.length > 0) screen.note(`Active within the next minutes: ${namesOf(inactive)}.`);
  const kept = of('kept');
  if (kept.length > 0) screen.note(`Not in the file, and kept: ${namesOf(kept)}.`);
}

/** Most names in a line. */
const MAX_SHOWN = 10;

function namesOf(results: readonly AppliedResult[]): string {
  const names = results.slice(0, MAX_SHOWN).map(({ name }) => name);
  const more = results.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Applies the files of `-f`: all apps are tried before the first one is written. */
export async function applyFiles(
  context: Context,
  given: ParsedArgs,
  { prune, dryRun }: Options,
): Promise<void> {
  const apps = await readApps(given);
  const all: AppliedResult[] = [];
  const planned = [];
  for (const app of apps)
    planned.push({ app, results: await sendJobs(context.client, app, { prune, dryRun: true }) });
  for (const { app, results } of planned) {
    const applied = dryRun ? results : await sendJobs(context.client, app, { prune });
    tellJobs(context, applied, dryRun);
    all.push(...applied);
  }
  tellCounts(context, all, dryRun);
  checkRemaining(all);
}

/** Applies the jobs of an app that was pushed. */
export async function applyPushed(context: Context, app: Pick<AppOfFile, 'name' | 'jobs'>): Promise<void> {
  const results = await sendJobs(context.client, app);
  tellJobs(context, results);
  tellCounts(context, results);
  checkRemaining(results);
}

/** Throws when a server that is too slow left jobs unwritten. */
function checkRemaining(results: readonly AppliedResult[]): void {
  const left = results.filter(isRemaining).length;
  if (left > 0) throw new CliError(`Not written in time: ${left} jobs. Repeat the command.`);
}
