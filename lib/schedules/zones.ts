import { memoize } from '../platform/collections.ts';
import { invalid } from '../platform/errors.ts';

/** Entries of the cache of names. A lookup by the runtime takes 50 µs, and thousands of jobs share a handful of zones. */
const CACHE_SIZE = 1_000;

const cache = new Map<string, string>();

/**
 * Checks the name of an IANA time zone, such as `Europe/Berlin`, in the runtime's zone database (any case, old names too).
 * Throws `invalid` for any other text, also for `+02:00`, which not every runtime accepts.
 */
export const parseZone = (text: string): string => memoize(cache, text, CACHE_SIZE, () => readZone(text));

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

/* Offsets of zones. Times and lengths are whole minutes; times count from 1970-01-01T00:00Z. */

const DAY = 24 * 60;

/** Length of the blocks whose spans are computed and cached together, in minutes. */
const BLOCK = 32 * DAY;

/** Cached zones. The IANA database has about 600 names, old ones included; each is kept once, in lower case. */
const MAX_ZONES = 600;

/** Cached blocks of a zone. The five years that its rules cover are 58 blocks. */
const MAX_BLOCKS = 128;

/** Period in which a zone keeps one offset; a long one is split into several. */
type OffsetSpan = {
  readonly start: number;
  /** First minute after it. */
  readonly end: number;
  /** Lead of local time over UTC, in minutes. */
  readonly offset: number;
  /** First local minute of the span that the zone's clocks have not shown before. */
  readonly freshFrom: number;
};

type Zone = {
  readonly offsetAt: (time: number) => number;
  readonly blocks: Map<number, readonly OffsetSpan[]>;
};

const zones = new Map<string, Zone>();

/** Returns the span of `zone` (checked by parseZone) that contains `time`. */
export function offsetSpan(zone: string, time: number): OffsetSpan {
  const block = Math.floor(time / BLOCK);
  const { offsetAt, blocks } = memoize(zones, zone.toLowerCase(), MAX_ZONES, () => newZone(zone));
  const spans = memoize(blocks, block, MAX_BLOCKS, () => spansOf(offsetAt, block * BLOCK));
  const span = spans.find(({ end }) => time < end);
  if (span === undefined) throw new Error(`No offset of ${zone} at minute ${time}.`);
  return span;
}

/** Returns the offsets that `zone` uses from `from` to `to`, in minutes. */
export function offsetsBetween(zone: string, from: number, to: number): ReadonlySet<number> {
  const offsets = new Set<number>();
  for (let time = from; time <= to; ) {
    const { offset, end } = offsetSpan(zone, time);
    offsets.add(offset);
    time = end;
  }
  return offsets;
}

function newZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return { offsetAt: (time) => offsetIn(format.format(time * 60_000)), blocks: new Map() };
}

/** Offset of the `GMT+05:30` in `text`, in minutes; `GMT` is 0. Seconds, which offsets before 1972 had, are cut off. */
function offsetIn(text: string): number {
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -size : size;
}

/**
 * Spans of the block that begins at `start`. The day before it is read too: the times that a clock set back then repeats may
 * reach into the block.
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

/** First minute after `before` with another offset; `after` has one. Bisection: 11 steps a day. */
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
