import { mapConcurrent } from '../platform/collections.ts';
import type { Log } from '../platform/observability.ts';
import type { Rules } from './rules.ts';

/** Concurrent removals. Each takes some five requests, and all callers of an account share some 50 a second. */
const CONCURRENCY = 2;

/**
 * Longest duration of a reconcile, in ms. One that was running when its function was deleted may create rules until then, so
 * a second round removes them.
 */
const LAST_RECONCILE_MS = 60_000;

type CleanupPorts = {
  readonly rules: Rules;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<void>;
};

/**
 * Removes the rules of the stage's jobs, and returns their number. Idempotent; after a crash the next call continues. Rules
 * with such a name and another owner stay, and are logged. Throws `unavailable`.
 */
export async function cleanup(ports: CleanupPorts): Promise<{ readonly removed: number }> {
  const removed = await removeAllRules(ports);
  if (removed === 0) return { removed };
  await ports.wait(LAST_RECONCILE_MS);
  return { removed: removed + (await removeAllRules(ports)) };
}

/** Removes the rules of the stage in one round. Returns their number. */
export async function removeAllRules({ rules, log }: Pick<CleanupPorts, 'rules' | 'log'>): Promise<number> {
  let removed = 0;
  const found = await rules.list();
  await mapConcurrent(
    found,
    async ({ name }) => {
      const outcome = await rules.remove(name);
      if (outcome === 'removed') removed += 1;
      if (outcome === 'notOurs') log('warn', 'cleanup', { rule: name, outcome });
    },
    CONCURRENCY,
  );
  return removed;
}
