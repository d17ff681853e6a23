import { invalid } from '../platform/errors.ts';
import { memoize } from '../platform/memoize.ts';

/** The runtime looks a zone up for 50 µs: thousands of jobs share a handful. */
const kept = new Map<string, string>();
const CACHE_SIZE = 1_000;

/**
 * An IANA time zone by its name, as the runtime's zone database knows it (any case, old names too).
 * Throws `invalid` for any other text, `+02:00` too, which not every runtime reads.
 */
export const parseZone = (text: string): string => memoize(kept, text, CACHE_SIZE, () => readZone(text));

function readZone(text: string): string {
  if (/^[A-Za-z]/.test(text) && isKnown(text)) return text;
  const place = text.split('/').at(-1)?.trim().replaceAll(' ', '_').toLowerCase();
  const near = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase().endsWith(`/${place}`));
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  throw invalid({
    field: 'timeZone',
    message: `"${shown}" is no time zone: write ${near ?? 'an IANA name such as UTC or Europe/Berlin'}.`,
  });
}

function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** All moments and lengths here are whole minutes; moments count from 1970-01-01T00:00Z. */
const DAY = 24 * 60;

/** Spans are found and kept for this many days at once. */
const BLOCK = 32 * DAY;

/** The IANA database has about 600 names, old ones counted. A sweep over all of them makes each formatter once. */
const MAX_ZONES = 600;

/** Five years of a zone, which its rules are made from, are 58 blocks. */
const MAX_BLOCKS = 128;

/** A time in which a zone keeps one offset; a long one is cut into several. */
type OffsetSpan = {
  readonly start: number;
  /** The first minute after it. */
  readonly end: number;
  /** Minutes that local time is ahead of UTC. */
  readonly offset: number;
  /** The first local minute of the span that the zone's clocks have not shown before it. */
  readonly freshFrom: number;
};

type Zone = {
  readonly offsetAt: (moment: number) => number;
  readonly blocks: Map<number, readonly OffsetSpan[]>;
};

const zones = new Map<string, Zone>();

/** The span of `zone` (a name that parseZone took) that holds `moment`. */
export function offsetSpan(zone: string, moment: number): OffsetSpan {
  const block = Math.floor(moment / BLOCK);
  const { offsetAt, blocks } = memoize(zones, zone, MAX_ZONES, () => newZone(zone));
  const spans = memoize(blocks, block, MAX_BLOCKS, () => spansOf(offsetAt, block * BLOCK));
  const span = spans.find(({ end }) => moment < end);
  if (span === undefined) throw new Error(`No offset of ${zone} at minute ${moment}.`);
  return span;
}

/** The offsets that `zone` uses from `from` to `to`, in minutes. */
export function offsetsBetween(zone: string, from: number, to: number): ReadonlySet<number> {
  const offsets = new Set<number>();
  for (let moment = from; moment <= to; ) {
    const { offset, end } = offsetSpan(zone, moment);
    offsets.add(offset);
    moment = end;
  }
  return offsets;
}

function newZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return { offsetAt: (moment) => offsetIn(format.format(moment * 60_000)), blocks: new Map() };
}

/** Minutes of the `GMT+05:30` in `text`; plain `GMT` is none. Offsets before 1972 had seconds: they are cut off. */
function offsetIn(text: string): number {
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -size : size;
}

/**
 * The spans of the block that begins at `start`. The day before it is looked at too: what a clock set back then
 * shows again may reach into the block.
 */
function spansOf(offsetAt: Zone['offsetAt'], start: number): readonly OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let from = start - DAY;
  let shown = Number.NEGATIVE_INFINITY;
  const close = (end: number, offset: number) => {
    const first = Math.max(from, start);
    if (end > first) spans.push({ start: first, end, offset, freshFrom: Math.max(first + offset, shown) });
    shown = Math.max(shown, end + offset);
    from = end;
  };
  const last = start + BLOCK;
  let offset = offsetAt(from);
  for (let day = start; day <= last; day += DAY) {
    const next = offsetAt(day);
    if (next !== offset) close(firstWithAnother(offsetAt, day - DAY, day), offset);
    offset = next;
  }
  close(last, offset);
  return spans;
}

/** The first moment after `before` with another offset than there; `after` has one. Bisection: 11 looks a day. */
function firstWithAnother(offsetAt: Zone['offsetAt'], before: number, after: number): number {
  const offset = offsetAt(before);
  let [same, other] = [before, after];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetAt(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}
