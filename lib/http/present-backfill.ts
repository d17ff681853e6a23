import type { Backfilled } from '../jobs/backfill.ts';
import { toRfc3339 } from '../platform/quantities.ts';

/** A backfill as JSON: its period, and what became of each occurrence. */
export const presentBackfill = ({ from, to, maxRunning, runs }: Backfilled) => ({
  from: toRfc3339(from),
  to: toRfc3339(to),
  maxRunning,
  runs: runs.map(({ occurrence, task, outcome }) => ({
    scheduledTime: toRfc3339(occurrence),
    task,
    outcome,
  })),
});
