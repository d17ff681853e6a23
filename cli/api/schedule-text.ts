import type { WrittenSchedule } from './responses.ts';

/** Schedule with its zone: `0 2 * * * (Europe/Berlin)`, `at 2026-12-24 02:00 (UTC)`. */
export const scheduleText = ({ cron, at, timeZone }: WrittenSchedule): string =>
  `${cron ?? `at ${at}`} (${timeZone})`;
