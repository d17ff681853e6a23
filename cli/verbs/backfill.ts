import { Backfill, type BackfillRun } from '../api/responses.ts';
import { present } from '../flags.ts';
import { OUTPUT, showList } from '../output.ts';
import type { Column } from '../table.ts';
import type { Context, ParsedArgs, Verb } from '../verb.ts';

type Row = BackfillRun & { readonly name: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Occurrence', value: ({ scheduledTime }) => scheduledTime },
  { title: 'Outcome', value: ({ outcome }) => outcome },
  { title: 'Task', value: ({ task }) => task },
];

export const backfill: Verb = {
  name: 'backfill',
  group: 'Jobs',
  summary: 'run a job for occurrences of the past',
  more:
    'At most 500 occurrences, and none twice whose task is kept. The tasks are queued and start from the next minute on. ' +
    'Repeating it creates what is missing.',
  args: [{ name: '<job>', description: 'name of the job' }],
  flags: [
    { flags: '--from <day>', description: 'first day on the clocks of the job, or first time in RFC 3339' },
    { flags: '--to <day>', description: 'last day, or last time (default: now)' },
    {
      flags: '--max-running <number>',
      description: 'tasks that run at a time (default: 10, or 1 with Forbid)',
    },
    { flags: '--again', description: 'also those older than the oldest task that is kept' },
    { flags: '--dry-run', description: 'only show what it would create' },
    OUTPUT,
  ],
  examples: [
    ['backfill report --from 2026-11-01 --to 2026-11-20 --dry-run', 'what it would run'],
    ['backfill report --from 2026-11-01 --to 2026-11-20 --max-running 2', 'two at a time'],
  ],
  run: async (context, given) => {
    const { runs, maxRunning } = await request(context, given);
    await showList(context, given, {
      items: runs.map((run) => ({ ...run, name: run.task })),
      raw: runs,
      columns: COLUMNS,
    });
    for (const note of notesOn(runs, { maxRunning, dryRun: given.isSet('dry-run') }))
      context.screen.note(note);
    return undefined;
  },
};

/** Sends the request, and again while it creates some of those for which the one before had no time. */
async function request({ client }: Context, given: ParsedArgs): Promise<Backfill> {
  const body = present({
    from: given.text('from'),
    to: given.text('to'),
    maxRunning: given.count('max-running'),
    again: given.isSet('again') || undefined,
    dryRun: given.isSet('dry-run') || undefined,
  });
  const path = ['jobs', given.argument(0), 'backfill'];
  const send = async () => (await client.request(Backfill, { method: 'POST', path, body })).value;
  let answer = await send();
  while (count(answer.runs, 'remaining') > 0) {
    const next = await send();
    const created = new Set(answer.runs.filter(isCreated).map(({ task }) => task));
    const runs = next.runs.map((run) => (created.has(run.task) ? { ...run, outcome: 'created' } : run));
    const isStuck = count(next.runs, 'created') === 0;
    answer = { ...next, runs };
    if (isStuck) break;
  }
  return answer;
}

const isCreated = ({ outcome }: BackfillRun): boolean => outcome === 'created';
const count = (runs: readonly BackfillRun[], wanted: string): number =>
  runs.filter(({ outcome }) => outcome === wanted).length;

function notesOn(
  runs: readonly BackfillRun[],
  { maxRunning, dryRun }: { readonly maxRunning: number; readonly dryRun: boolean },
): string[] {
  const created = count(runs, 'created');
  const [older, due, taken, remaining] = ['needsAgain', 'scheduled', 'nameTaken', 'remaining'].map(
    (outcome) => count(runs, outcome),
  );
  const queued =
    created === 0
      ? 'No tasks are created.'
      : `Tasks queued: ${created}. At most ${maxRunning} run at a time.`;
  return [
    dryRun ? `Dry run. Tasks to create: ${created}.` : queued,
    older &&
      `Older than the oldest task that is kept: ${older}. They may have run before; add --again to run them.`,
    due && `Due now, and left to the schedule: ${due}.`,
    taken && `Without a task, since another has the name: ${taken}.`,
    remaining && `Not created in time: ${remaining}. Repeat the command.`,
  ].filter((note) => typeof note === 'string');
}
