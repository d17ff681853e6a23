import { mapConcurrent } from '../platform/map-concurrent.ts';
import type { Log } from '../platform/observability.ts';
import type { Rules } from './rules.ts';

/** Removals at once; each is some five requests, and all callers of an account share some 50 a second. */
const CONCURRENCY = 2;

/**
 * A reconcile that was under way when its function was deleted may still make rules for as long as one lasts. So where
 * there were rules they are looked for again after that.
 */
const LAST_RECONCILE_MS = 60_000;

type CleanupPorts = {
  readonly rules: Rules;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<void>;
};

/**
 * Removes the rules of the stage's jobs. Twice is once; cut off anywhere, the next call goes on. Rules of such a name
 * that the stage did not make stay, and are told. Throws `unavailable` when EventBridge is out of reach.
 */
export async function cleanup(ports: CleanupPorts): Promise<{ readonly removed: number }> {
  const removed = await removeAllRules(ports);
  if (removed === 0) return { removed };
  await ports.wait(LAST_RECONCILE_MS);
  return { removed: removed + (await removeAllRules(ports)) };
}

/** One round over all rules; how many it removed. */
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
