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
