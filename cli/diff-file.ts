import { createTwoFilesPatch } from 'diff';
import { type AppliedResult, Job } from './api/responses.ts';
import { escaped } from './api/terminal-text.ts';
import { type AppOfFile, isWritten, readApps, sendJobs } from './apply-file.ts';
import { manifestJobOf, toWritten } from './manifest-text.ts';
import { serialized } from './output.ts';
import type { Context, ParsedArgs } from './verb.ts';

/** Prints the differences between the jobs of files and those that are there, and returns true where there are any. */
export async function diffFiles(context: Context, given: ParsedArgs, prune: boolean): Promise<boolean> {
  let isDifferent = false;
  const apps = await readApps(given);
  for (const app of apps) {
    const results = await sendJobs(context.client, app, { prune, dryRun: true });
    for (const result of results.filter(isWritten)) {
      isDifferent = true;
      context.screen.write(await patchOf(context, app, result));
    }
  }
  return isDifferent;
}

/** Unified diff of one job; a job on one side alone has an empty file on the other, as in git. */
async function patchOf(
  { client }: Context,
  { file, jobs }: AppOfFile,
  { name, outcome }: AppliedResult,
): Promise<string> {
  const found =
    outcome === 'created'
      ? undefined
      : (await client.request(Job, { method: 'GET', path: ['jobs', name] })).value;
  const wanted = jobs.find(({ job }) => job.name === name)?.job;
  const before = found === undefined ? '' : await serialized('yaml', manifestJobOf(found));
  const after =
    wanted === undefined ? '' : await serialized('yaml', manifestJobOf(toWritten(wanted, found?.suspend)));
  const [left, right] = [
    found === undefined ? '/dev/null' : `jobs/${name}`,
    wanted === undefined ? '/dev/null' : `${file}#${name}`,
  ];
  const patch = createTwoFilesPatch(left, right, before, after);
  return escaped(patch.replace(/^=+\n/, '').replace(/^\\ No newline at end of file\n?/gm, ''));
}
