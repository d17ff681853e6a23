import { DomainError } from '../lib/platform/errors.ts';
import { describeAt, momentOf, repeatNote } from '../lib/schedules/at.ts';
import { parseCron } from '../lib/schedules/cron.ts';
import { describeCron, dialectNote } from '../lib/schedules/describe.ts';
import { possibleCrons } from '../lib/schedules/hashed-cron.ts';
import { nextOccurrence } from '../lib/schedules/occurrences.ts';
import { parseZone } from '../lib/schedules/zones.ts';

/** Description and next runs of a schedule, or its error. Computed by the functions' own code. */
export type Meaning =
  | {
      readonly ok: true;
      readonly words: string;
      readonly note: string | undefined;
      readonly next: readonly Date[];
    }
  | { readonly ok: false; readonly field: string; readonly message: string };

/** Schedule as typed: a cron, or the date and time of its one run, and their time zone. */
export type TypedSchedule = {
  readonly cron: string;
  readonly at?: string;
  readonly timeZone: string;
};

/** True when a schedule is typed at all. */
export const isTyped = ({ cron, at = '' }: TypedSchedule): boolean => cron.trim() !== '' || at.trim() !== '';

/** Description of a cron with H, whose values follow from the job's name. */
const HASHED = 'At times that follow from the name of the job, where the cron has H';

/** Describes a typed schedule, with its `count` next runs after `now`. */
export function meaningOf({ cron, at = '', timeZone }: TypedSchedule, now: Date, count: number): Meaning {
  try {
    const zone = parseZone(timeZone.trim() === '' ? 'UTC' : timeZone.trim());
    if (at.trim() !== '') return onceIn(at.trim(), zone, now);
    const [parsed, ...others] = possibleCrons(cron).map(parseCron);
    if (parsed === undefined || others.length > 0)
      return { ok: true, words: HASHED, note: undefined, next: [] };
    const next = nextRuns({ cron: parsed, zone }, now, count);
    return { ok: true, words: describeCron(parsed), note: dialectNote(parsed), next };
  } catch (error) {
    const [problem] = error instanceof DomainError ? error.fields : [];
    if (problem === undefined) throw error;
    return { ok: false, ...problem };
  }
}

function onceIn(at: string, zone: string, now: Date): Meaning {
  const moment = momentOf(at, zone);
  if (moment <= now) return { ok: false, field: 'at', message: 'It has passed: give a later time.' };
  return { ok: true, words: describeAt(at), note: repeatNote(at, zone), next: [moment] };
}

function nextRuns(schedule: Parameters<typeof nextOccurrence>[0], now: Date, count: number): readonly Date[] {
  const runs: Date[] = [];
  for (let at = nextOccurrence(schedule, now); at !== undefined && runs.length < count; ) {
    runs.push(at);
    at = nextOccurrence(schedule, at);
  }
  return runs;
}
