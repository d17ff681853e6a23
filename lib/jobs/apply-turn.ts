import type { App } from '../apps/app.ts';
import { isHeld } from '../apps/apply-lease.ts';
import type { Apps } from '../apps/apps.ts';
import { conflict } from '../platform/errors.ts';
import { toRfc3339 } from '../platform/quantities.ts';

/**
 * Runs `work` under the lease of the app's applies, and removes it then. Throws `conflict` while another invocation has it; one
 * that died is followed after a minute.
 */
export async function withApplyLease<T>(
  { apps, now }: { readonly apps: Apps; readonly now: () => Date },
  app: App,
  holderIdentity: string,
  work: () => Promise<T>,
): Promise<T> {
  const lease = await apps.changeApplyLease(app, (current) =>
    // A write whose response was lost has happened.
    current !== undefined && (current.holderIdentity === holderIdentity || isHeld(current, now()))
      ? undefined
      : { holderIdentity, renewTime: now() },
  );
  if (lease?.holderIdentity !== holderIdentity) throw underWay(app, lease?.renewTime);
  let result: T;
  try {
    result = await work();
  } finally {
    await apps.changeApplyLease(app, (current) =>
      current?.holderIdentity === holderIdentity ? null : undefined,
    );
  }
  return result;
}

const underWay = ({ name }: App, since: Date | undefined) =>
  conflict(
    `Another apply of the jobs of app "${name}" is under way${since === undefined ? '' : ` since ${toRfc3339(since)}`}. Try again in a minute.`,
  );
