import { CliError, UsageError } from '../errors.ts';
import { TIME_ZONE } from '../flags.ts';
import { applyPlan } from '../import/apply-plan.ts';
import { planKf } from '../import/kf.ts';
import { hasNumericWeekdays, type Sunday } from '../import/pcf-cron.ts';
import { type PcfSpace, readPcfSpace } from '../import/pcf-file.ts';
import { planImport } from '../import/pcf-plan.ts';
import type { Imported, Planned } from '../import/planned.ts';
import { OUTPUT, showList } from '../output.ts';
import type { Column } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import type { Context, ParsedArgs, Verb } from '../verb.ts';

export const importJobs: Verb = {
  name: 'import',
  group: 'Jobs',
  summary: 'import jobs from PCF Scheduler or Kf',
  more:
    'docs/import.md shows how to write the file. Existing jobs are not changed; a disabled schedule becomes a suspended job, and ' +
    'each further schedule a separate job.',
  args: [
    { name: '<source>', description: 'pcf-scheduler or kf' },
    { name: '<file>', description: 'JSON file with the jobs' },
  ],
  flags: [
    { flags: '--dry-run', description: 'only show the results' },
    { flags: '--to <file>', description: 'create no job, but write them to a new manifest for apply' },
    {
      flags: '--sunday-is <number>',
      description: 'number of Sunday in schedules with numeric weekdays',
      choices: ['0', '1'],
    },
    TIME_ZONE,
    {
      flags: '--app <GUID=NAME>',
      description: 'name of an app whose GUID is not in the file',
      repeatable: true,
    },
    OUTPUT,
  ],
  examples: [
    ['import pcf-scheduler jobs.json --dry-run', 'shows the result for each job'],
    [
      'import pcf-scheduler jobs.json --sunday-is 1 --time-zone Europe/Berlin',
      'creates the jobs, without a prompt',
    ],
    ['import kf taskschedules.json --to jobs.yml', 'writes a manifest, for apply'],
  ],
  run: async (context, given) => {
    const { screen } = context;
    if (given.text('to') !== undefined && given.isSet('dry-run'))
      throw new UsageError('Specify either --to or --dry-run.');
    const plans = await plansOf(context, given);
    const items = await importAll(context, given, plans);
    await showList(context, given, { items, raw: items, columns: COLUMNS });
    const rejected = items.filter(({ result }) => result === 'rejected');
    for (const { job, expression, problem } of rejected) {
      screen.warn(`${job}${expression === undefined ? '' : ` (${expression})`} rejected: ${problem}.`);
    }
    if (rejected.length === 0) return undefined;
    throw new CliError(`${rejected.length} of ${items.length} rejected: see the warnings above.`);
  },
};

async function plansOf({ screen }: Context, given: ParsedArgs): Promise<readonly Planned[]> {
  const [source, file, timeZone] = [given.argument(0), given.argument(1), given.text('time-zone') ?? 'UTC'];
  if (source === 'kf') return planKf(file, timeZone);
  if (source !== 'pcf-scheduler')
    throw new UsageError(`Unknown source "${source}": use pcf-scheduler or kf.`);
  const apps = new Map(given.texts('app').map(appOf));
  const space = await readPcfSpace(file);
  return planImport(space, { sunday: await sundayOf(screen, given, space), timeZone, apps });
}

async function importAll(
  { client, screen }: Context,
  given: ParsedArgs,
  plans: readonly Planned[],
): Promise<readonly Imported[]> {
  const to = given.text('to');
  if (to !== undefined) return (await import('../import/write-plan.ts')).writePlan(to, plans);
  const check = given.isSet('dry-run') ? (await import('../import/check.ts')).newCheck(client) : undefined;
  const items: Imported[] = [];
  for (const planned of plans) {
    screen.progress(`${items.length} done…`);
    items.push(await applyPlan(client, planned, check));
  }
  return items;
}

const COLUMNS: readonly Column<Imported>[] = [
  { title: 'SourceJob', value: ({ job }) => job },
  { title: 'Result', value: ({ result }) => result },
  { title: 'Name', value: ({ name }) => name },
  { title: 'SourceSchedule', value: ({ expression }) => expression, wide: true },
  { title: 'Schedule', value: ({ cron }) => cron },
];

function appOf(text: string): readonly [string, string] {
  const [guid = '', name = '', ...more] = text.split('=');
  if (guid !== '' && name !== '' && more.length === 0) return [guid, name];
  throw new UsageError(`--app "${text}" is invalid: use --app GUID=NAME.`);
}

/** Number of Sunday from the flag, or from a prompt where a schedule needs it. One answer holds for the whole file. */
async function sundayOf(
  screen: Terminal,
  given: ParsedArgs,
  { jobs }: PcfSpace,
): Promise<Sunday | undefined> {
  const flag = given.text('sunday-is');
  if (flag !== undefined) return flag === '0' ? 0 : 1;
  const schedules = jobs.flatMap(({ schedules }) => schedules);
  const numeric = schedules.filter(({ expression }) => hasNumericWeekdays(expression));
  if (numeric.length === 0) return undefined;
  const answer = await screen.prompt(
    `${numeric.length} schedules use numbers for weekdays, such as "${numeric[0]?.expression.trim()}". ` +
      'Which number is Sunday? [0/1]',
  );
  return answer === '0' ? 0 : answer === '1' ? 1 : undefined;
}
