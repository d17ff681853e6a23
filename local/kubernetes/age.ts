const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Formats a span in two units: `2m5s`. The smaller one is omitted when zero: `3h`. */
function pair(ms: number, [big, bigUnit]: [string, number], [small, smallUnit]: [string, number]): string {
  const rest = Math.floor((ms % bigUnit) / smallUnit);
  const whole = `${Math.floor(ms / bigUnit)}${big}`;
  return rest === 0 ? whole : `${whole}${rest}${small}`;
}

/**
 * Formats a span in ms as `kubectl get` shows ages: exact when short, coarse when long (apimachinery's HumanDuration).
 */
function humanDuration(ms: number): string {
  if (ms < -2 * SECOND) return '<invalid>';
  if (ms < 0) return '0s';
  if (ms < 2 * MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < 10 * MINUTE) return pair(ms, ['m', MINUTE], ['s', SECOND]);
  if (ms < 3 * HOUR) return `${Math.floor(ms / MINUTE)}m`;
  if (ms < 8 * HOUR) return pair(ms, ['h', HOUR], ['m', MINUTE]);
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}h`;
  if (ms < 8 * DAY) return pair(ms, ['d', DAY], ['h', HOUR]);
  if (ms < 2 * YEAR) return `${Math.floor(ms / DAY)}d`;
  if (ms < 8 * YEAR) return pair(ms, ['y', YEAR], ['d', DAY]);
  return `${Math.floor(ms / YEAR)}y`;
}

/** Age of an RFC 3339 time, for a table cell. */
export const ageOf = (time: unknown): string =>
  typeof time === 'string' ? humanDuration(Date.now() - Date.parse(time)) : '<unknown>';
