import * as v from 'valibot';
import { show } from './json.ts';
import { textThat } from './schema.ts';

const UNITS: Readonly<Record<string, number>> = { K: 1, M: 2, G: 3, T: 4 };
const SIZE = /^([1-9]\d{0,14})(?:([KMGT])(?:i|B|iB)?)?$/;
const CPU = /^(?:(\d{1,7})m|(\d{1,4}(?:\.\d{1,3})?))$/;
const MEBIBYTE = 1024 ** 2;

/** Smallest memory or disk limit: a container runtime starts nothing in less. */
export const MIN_BYTES = 4 * MEBIBYTE;

/** Largest memory or disk limit, some 909 TiB: the App's schema takes fifteen digits. */
export const MAX_BYTES = 999_999_999_999_999;

/**
 * Bytes of a size as Cloud Foundry writes it (`256M`, `1GB`: binary) or Kubernetes does (`256Mi`, plain bytes).
 * `undefined` for anything else, `256m` too, which Kubernetes would read as thousandths of a byte.
 */
export function parseSize(size: string): number | undefined {
  const [, digits, unit] = SIZE.exec(size) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * 1024 ** (unit === undefined ? 0 : (UNITS[unit] ?? 0));
}

/** Thousandths of a processor from `500m`, `0.5` or `2`; `undefined` for anything else. */
export function parseCpu(cpu: string): number | undefined {
  const [, milli, cores] = CPU.exec(cpu) ?? [];
  if (milli !== undefined) return Number(milli);
  return cores === undefined ? undefined : Math.round(Number(cores) * 1000);
}

/** Whole mebibytes, rounded up, as the platform variables give them. */
export const mebibytes = (bytes: number): number => Math.ceil(bytes / MEBIBYTE);

const SIZE_RULE = 'write 256M or 1G as Cloud Foundry does, or 256Mi as Kubernetes does, at least 4M.';

/** Memory or disk; the output is in bytes. A JSON number counts bytes. */
export const Size = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, number>(({ dataset, addIssue, NEVER }) => {
    const bytes = parseSize(asText(dataset.value));
    if (bytes !== undefined && bytes >= MIN_BYTES && bytes <= MAX_BYTES) return bytes;
    addIssue({ message: `${show(dataset.value)} is not a size: ${SIZE_RULE}` });
    return NEVER;
  }),
);

/** Processors; the output is in thousandths. A JSON number counts processors. */
export const Cpu = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, number>(({ dataset, addIssue, NEVER }) => {
    const milli = parseCpu(asText(dataset.value));
    if (milli !== undefined && milli > 0) return milli;
    addIssue({ message: `${show(dataset.value)} is not a number of processors: write 500m, 0.5 or 2.` });
    return NEVER;
  }),
);

const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** `256Mi`, or plain bytes where they are no whole mebibytes. */
export const formatSize = (bytes: number): string =>
  bytes % MEBIBYTE === 0 ? `${bytes / MEBIBYTE}Mi` : String(bytes);

/** `500m`, or whole processors. */
export const formatCpu = (milli: number): string => (milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`);

const DURATION = /^(?=.)(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s)?$/;

/** Seconds of `1h30m`, `90s` or `0s`; `undefined` for anything else. */
export function parseDuration(duration: string): number | undefined {
  const match = DURATION.exec(duration);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}

/** Longest length of time, in seconds: some 31 years, and nine digits as the App's schema takes them. */
const MAX_SECONDS = 999_999_999;

/** A length of time; the output is in seconds. */
export const Duration = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, number>(({ dataset, addIssue, NEVER }) => {
    const seconds = typeof dataset.value === 'string' ? parseDuration(dataset.value) : undefined;
    if (seconds !== undefined && seconds <= MAX_SECONDS) return seconds;
    const message =
      seconds === undefined
        ? 'is not a length of time: write 90s, 30m or 1h30m.'
        : `is too long: at most ${MAX_SECONDS}s are allowed.`;
    addIssue({ message: `${show(dataset.value)} ${message}` });
    return NEVER;
  }),
);

/** `90s`, as Tekton reads it. */
export const formatDuration = (seconds: number): string => `${seconds}s`;

/** Formats a duration in seconds for people: `26h`, `90m`, `45s`. */
export function describeDuration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/** Formats a time as Kubernetes does: RFC 3339 in UTC, without milliseconds at a whole second. */
export const toRfc3339 = (moment: Date): string => moment.toISOString().replace('.000Z', 'Z');

const [FIRST_MS, LAST_MS] = [Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

/** True for a time that RFC 3339 can write: of the years 0000 to 9999. False for an invalid date too. */
export const isRfc3339 = (moment: Date): boolean =>
  moment.getTime() >= FIRST_MS && moment.getTime() <= LAST_MS;

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** A time in RFC 3339; the output is the text. */
export const Timestamp = textThat(
  (text) => RFC3339.test(text) && isRfc3339(new Date(text)),
  'a time in RFC 3339, such as 2026-11-24T21:00:00Z.',
);
