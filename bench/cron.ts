import { parseCron } from '../lib/schedules/cron.ts';
import { toEventBridge } from '../lib/schedules/eventbridge-cron.ts';
import { previousOccurrence, type Schedule } from '../lib/schedules/occurrences.ts';
import { figureOf, type Row } from './row.ts';

const CRONS = ['* * * * *', '*/15 * * * *', '0 2 * * 1-5', '30 4 1,15 * 5', '0 0 29 2 *', '59 23 31 12 *'];
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Santiago',
];
const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

const GROUP = 'crons';

/** Half a second each, so many times over. */
const TIMES = 3;

function measure(what: string, evaluate: Evaluate, aim?: string): Row {
  const values = Array.from({ length: TIMES }, () => aSecond(evaluate));
  return {
    group: GROUP,
    what,
    unit: 'a second',
    ...figureOf(values, 0),
    ...(aim === undefined ? {} : { aim }),
  };
}

type Evaluate = (turn: number, moment: Date) => unknown;

/** Calls `evaluate` at times all over ten years for half a second; returns calls a second. */
function aSecond(evaluate: Evaluate): number {
  const began = performance.now();
  let turns = 0;
  while (performance.now() - began < 500) {
    for (const last = turns + 200; turns < last; turns += 1) {
      evaluate(turns, new Date(START + ((turns * 7919) % 87_600) * HOUR_MS));
    }
  }
  return turns / ((performance.now() - began) / 1000);
}

const inZones = (zones: readonly string[]): readonly Schedule[] =>
  CRONS.flatMap((text) => zones.map((zone) => ({ cron: parseCron(text), zone })));

function latestOf(schedules: readonly Schedule[]) {
  return (turn: number, moment: Date): unknown => {
    const schedule = schedules[turn % schedules.length];
    return schedule && previousOccurrence(schedule, moment);
  };
}

/**
 * Crons evaluated in a second, beside how often this machine formats a date with Intl in the same run:
 * what a zone's clock costs without the kept offsets.
 */
export function measureCrons(): Row[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' });
  const zoned = inZones(ZONES);
  return [
    measure('anchor: one date formatted by Intl', (_, moment) => format.format(moment)),
    measure('latest occurrence, UTC', latestOf(inZones(['UTC'])), '50000 a second'),
    measure('latest occurrence, with a zone', latestOf(zoned), '10000 a second'),
    measure('parsed, a new one each time', (turn) =>
      parseCron(`${turn % 60} ${turn % 23} ${1 + (turn % 29)} * 1-5`),
    ),
    measure('into rules, with a zone', (turn) => {
      const schedule = zoned[turn % zoned.length];
      return schedule && toEventBridge(schedule, new Date(START));
    }),
  ];
}
