import type { App, BrokenApp } from '../domain/app.ts';
import { hashOf } from '../domain/names.ts';
import { syncBindings } from './sync-bindings.ts';
import type { World } from './world.ts';

/** A Secret that others change reaches the tasks of an app within so many minutes; each app has its own minute. */
const LOOKED_AT_EVERY = 10;

/**
 * The work that apps need: bindings of one that came past push-app, that was changed, or whose Secrets may have
 * changed since they were last looked at.
 */
export const reconcileApps = (
  { ports, tally }: World,
  apps: readonly (App | BrokenApp)[],
): readonly (() => Promise<void>)[] => {
  const now = ports.now();
  return apps.flatMap((app) =>
    'spec' in app && needsBindings(app, now)
      ? [
          () =>
            tally.attempt({ space: app.space, app: app.name }, async () => {
              const finding = await syncBindings(ports, app);
              tally.count(finding.ready ? 'bindingsSynced' : 'bindingsMissing');
              if (app.bindings !== (finding.ready ? 'ready' : 'notReady'))
                await ports.apps.noteBindings(app, finding, now);
            }),
        ]
      : [],
  );
};

function needsBindings({ space, name, spec, bindings }: App, now: Date): boolean {
  if ((spec.services ?? []).length === 0) return bindings === 'stale' || bindings === 'notReady';
  if (bindings !== 'ready') return true;
  return (
    Number.parseInt(hashOf([space, name], 8), 16) % LOOKED_AT_EVERY === now.getUTCMinutes() % LOOKED_AT_EVERY
  );
}
