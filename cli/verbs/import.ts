import { Refusal, UsageError } from '../errors.ts';
import { TIME_ZONE } from '../flags.ts';
import { OUTPUT, showList } from '../output.ts';
import { carryOut, type Imported } from '../pcf/carry-out.ts';
import { hasNumericWeekdays, type Sunday } from '../pcf/cron.ts';
import { type PcfSpace, readPcfSpace } from '../pcf/file.ts';
import { planImport } from '../pcf/plan.ts';
import type { Screen } from '../screen.ts';
import type { Column } from '../table.ts';
import type { Given, Verb } from '../verb.ts';

export const importJobs: Verb = {
  name: 'import',
  group: 'Jobs',
  summary: 'make jobs of those of PCF Scheduler',
  more:
    'The file has its jobs and schedules as its API answers them (docs/import.md shows how to get it). A job that is there already stays as it is; ' +
    'a disabled schedule becomes a suspended job, each further schedule a job of its own.',
  args: [
    { name: '<source>', what: 'pcf-scheduler' },
    { name: '<file>', what: 'a JSON file with apps, jobs and schedules' },
  ],
  flags: [
    { flags: '--dry-run', what: 'only say what would become of each' },
    {
      flags: '--sunday-is <number>',
      what: 'the number of Sunday in schedules with numbers for weekdays; asked for on a terminal',
      choices: ['0', '1'],
    },
    TIME_ZONE,
    { flags: '--app <GUID=NAME>', what: 'the app of a GUID that the file does not name', repeatable: true },
    OUTPUT,
  ],
  examples: [
    ['import pcf-scheduler jobs.json --dry-run', 'says what would become of each job'],
    ['import pcf-scheduler jobs.json --sunday-is 1 --time-zone Europe/Berlin', 'makes them, without asking'],
  ],
  run: async (context, given) => {
    const { client, screen } = context;
    if (given.argument(0) !== 'pcf-scheduler') {
      throw new UsageError(`There is no import from "${given.argument(0)}": pcf-scheduler.`);
    }
    const apps = new Map(given.texts('app').map(appOf));
    const space = await readPcfSpace(given.argument(1));
    const choices = {
      sunday: await sundayOf(screen, given, space),
      timeZone: given.text('time-zone') ?? 'UTC',
      apps,
    };
    const items: Imported[] = [];
    for (const planned of planImport(space, choices)) {
      screen.progress(`${items.length} done…`);
      items.push(await carryOut(client, planned, given.isSet('dry-run')));
    }
    await showList(context, given, { items, raw: items, columns: COLUMNS });
    const refused = items.filter(({ result }) => result === 'refused');
    for (const { job, expression, problem } of refused) {
      screen.warn(`${job}${expression === undefined ? '' : ` (${expression})`} is refused: ${problem}.`);
    }
    if (refused.length === 0) return undefined;
    throw new Refusal(`${refused.length} of ${items.length} are refused; the reasons stand above.`);
  },
};

const COLUMNS: readonly Column<Imported>[] = [
  { title: 'PCFJob', value: ({ job }) => job },
  { title: 'PCFSchedule', value: ({ expression }) => expression },
  { title: 'Name', value: ({ name }) => name },
  { title: 'Schedule', value: ({ cron }) => cron },
  { title: 'Result', value: ({ result }) => result },
];

function appOf(text: string): readonly [string, string] {
  const [guid = '', name = '', ...more] = text.split('=');
  if (guid !== '' && name !== '' && more.length === 0) return [guid, name];
  throw new UsageError(`--app "${text}" is no GUID=NAME: write --app GUID=NAME.`);
}

/** Asked once, for all that depends on it: one platform counts its days in one way. */
async function sundayOf(screen: Screen, given: Given, { jobs }: PcfSpace): Promise<Sunday | undefined> {
  const told = given.text('sunday-is');
  if (told !== undefined) return told === '0' ? 0 : 1;
  const schedules = jobs.flatMap(({ schedules }) => schedules);
  const numeric = schedules.filter(({ expression }) => hasNumericWeekdays(expression));
  if (numeric.length === 0) return undefined;
  const answer = await screen.ask(
    `${numeric.length} schedules have numbers for weekdays, such as "${numeric[0]?.expression.trim()}". ` +
      'Which number has Sunday there? [0/1]',
  );
  return answer === '0' ? 0 : answer === '1' ? 1 : undefined;
}
