import { type App, type AppConditionUpdate, type InvalidApp, newReadiness } from '../apps/app.ts';
import { syncBindings } from '../apps/sync-bindings.ts';
import { hashOf } from '../platform/names.ts';
import type { ReconcileContext } from './context.ts';

/** A Secret that others change reaches the tasks of an app within so many minutes; each app has its own minute. */
const LOOKED_AT_EVERY = 10;

type Work = () => Promise<void>;

/**
 * The work that apps need: bindings of one that came past push-app, that was changed, or whose Secrets may have
 * changed since they were last looked at; and a word to whoever wrote one that no task can run on.
 */
export function reconcileApps(
  context: ReconcileContext,
  apps: readonly (App | InvalidApp)[],
): readonly Work[] {
  const now = context.ports.now();
  return apps.flatMap((app) => {
    const readiness = newReadiness(app);
    return [
      ...('spec' in app && needsBindings(app, now) ? [bindings(context, app, now)] : []),
      ...(readiness === undefined ? [] : [reported(context, app, readiness, now)]),
    ];
  });
}

const bindings =
  ({ ports, counters }: ReconcileContext, app: App, now: Date): Work =>
  () =>
    counters.isolate({ space: app.space, app: app.name }, async () => {
      const update = await syncBindings(ports, app);
      counters.count(update.ready ? 'bindingsSynced' : 'bindingsMissing');
      if (app.bindings !== (update.ready ? 'ready' : 'notReady'))
        await ports.apps.updateBindingsCondition(app, update, now);
    });

const reported =
  (
    { ports, counters }: ReconcileContext,
    app: App | InvalidApp,
    readiness: AppConditionUpdate,
    now: Date,
  ): Work =>
  () =>
    counters.isolate({ space: app.space, app: app.name }, async () => {
      await ports.apps.updateReadyCondition(app, readiness, now);
      counters.count('conditionsUpdated');
    });

function needsBindings({ space, name, spec, bindings }: App, now: Date): boolean {
  if ((spec.services ?? []).length === 0) return bindings === 'stale' || bindings === 'notReady';
  if (bindings !== 'ready') return true;
  return (
    Number.parseInt(hashOf([space, name], 8), 16) % LOOKED_AT_EVERY === now.getUTCMinutes() % LOOKED_AT_EVERY
  );
}
