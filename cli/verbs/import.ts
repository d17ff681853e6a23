import { CliError, UsageError } from '../errors.ts';
import { TIME_ZONE } from '../flags.ts';
import { OUTPUT, showList } from '../output.ts';
import { applyPlan, type Imported } from '../pcf/apply-plan.ts';
import { hasNumericWeekdays, type Sunday } from '../pcf/cron.ts';
import { type PcfSpace, readPcfSpace } from '../pcf/file.ts';
import { planImport } from '../pcf/plan.ts';
import type { Column } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import type { ParsedArgs, Verb } from '../verb.ts';

export const importJobs: Verb = {
  name: 'import',
  group: 'Jobs',
  summary: 'import jobs from PCF Scheduler',
  more:
    'The file contains responses of its API (docs/import.md shows how to export them). Existing jobs are not changed; ' +
    'a disabled schedule becomes a suspended job, and each further schedule a separate job.',
  args: [
    { name: '<source>', description: 'pcf-scheduler' },
    { name: '<file>', description: 'JSON file with apps, jobs and schedules' },
  ],
  flags: [
    { flags: '--dry-run', description: 'only show the results' },
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
  ],
  run: async (context, given) => {
    const { client, screen } = context;
    if (given.argument(0) !== 'pcf-scheduler') {
      throw new UsageError(`Unknown source "${given.argument(0)}": use pcf-scheduler.`);
    }
    const apps = new Map(given.texts('app').map(appOf));
    const space = await readPcfSpace(given.argument(1));
    const options = {
      sunday: await sundayOf(screen, given, space),
      timeZone: given.text('time-zone') ?? 'UTC',
      apps,
    };
    const check = given.isSet('dry-run') ? (await import('../pcf/check.ts')).newCheck(client) : undefined;
    const items: Imported[] = [];
    for (const planned of planImport(space, options)) {
      screen.progress(`${items.length} done…`);
      items.push(await applyPlan(client, planned, check));
    }
    await showList(context, given, { items, raw: items, columns: COLUMNS });
    const rejected = items.filter(({ result }) => result === 'rejected');
    for (const { job, expression, problem } of rejected) {
      screen.warn(`${job}${expression === undefined ? '' : ` (${expression})`} rejected: ${problem}.`);
    }
    if (rejected.length === 0) return undefined;
    throw new CliError(`${rejected.length} of ${items.length} rejected: see the warnings above.`);
  },
};

const COLUMNS: readonly Column<Imported>[] = [
  { title: 'PCFJob', value: ({ job }) => job },
  { title: 'Result', value: ({ result }) => result },
  { title: 'Name', value: ({ name }) => name },
  { title: 'PCFSchedule', value: ({ expression }) => expression, wide: true },
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
