import { type App, type AppFinding, type BrokenApp, newReadiness } from '../domain/app.ts';
import { hashOf } from '../domain/names.ts';
import { syncBindings } from './sync-bindings.ts';
import type { World } from './world.ts';

/** A Secret that others change reaches the tasks of an app within so many minutes; each app has its own minute. */
const LOOKED_AT_EVERY = 10;

type Work = () => Promise<void>;

/**
 * The work that apps need: bindings of one that came past push-app, that was changed, or whose Secrets may have
 * changed since they were last looked at; and a word to whoever wrote one that no task can run on.
 */
export function reconcileApps(world: World, apps: readonly (App | BrokenApp)[]): readonly Work[] {
  const now = world.ports.now();
  return apps.flatMap((app) => {
    const readiness = newReadiness(app);
    return [
      ...('spec' in app && needsBindings(app, now) ? [bindings(world, app, now)] : []),
      ...(readiness === undefined ? [] : [told(world, app, readiness, now)]),
    ];
  });
}

const bindings =
  ({ ports, tally }: World, app: App, now: Date): Work =>
  () =>
    tally.attempt({ space: app.space, app: app.name }, async () => {
      const finding = await syncBindings(ports, app);
      tally.count(finding.ready ? 'bindingsSynced' : 'bindingsMissing');
      if (app.bindings !== (finding.ready ? 'ready' : 'notReady'))
        await ports.apps.noteBindings(app, finding, now);
    });

const told =
  ({ ports, tally }: World, app: App | BrokenApp, readiness: AppFinding, now: Date): Work =>
  () =>
    tally.attempt({ space: app.space, app: app.name }, async () => {
      await ports.apps.noteReadiness(app, readiness, now);
      tally.count('noted');
    });

function needsBindings({ space, name, spec, bindings }: App, now: Date): boolean {
  if ((spec.services ?? []).length === 0) return bindings === 'stale' || bindings === 'notReady';
  if (bindings !== 'ready') return true;
  return (
    Number.parseInt(hashOf([space, name], 8), 16) % LOOKED_AT_EVERY === now.getUTCMinutes() % LOOKED_AT_EVERY
  );
}
