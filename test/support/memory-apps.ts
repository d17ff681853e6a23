import { isDeepStrictEqual } from 'node:util';
import { type App, type InvalidApp, validApp } from '../../lib/apps/app.ts';
import type { ApplyLease } from '../../lib/apps/apply-lease.ts';
import type { Apps } from '../../lib/apps/apps.ts';
import { pushesOf } from '../../lib/builds/pushes.ts';
import { notFoundIn } from '../../lib/platform/errors.ts';
import type { MemoryEnvironment } from './environment.ts';
import { pageOf } from './page-of.ts';

/** The apps of a cluster in memory. `removed` is called with the uid of each that is deleted. */
export function memoryApps(
  given: readonly (App | InvalidApp)[],
  around: MemoryEnvironment,
  removed: (uid: string) => void,
): Apps {
  const keyOf = (space: string, name: string): string => `${space}/${name}`;
  const apps = new Map(given.map((app) => [keyOf(app.space, app.name), app]));
  /** Leases of applies, by uid. */
  const leases = new Map<string, ApplyLease>();
  let made = 0;
  const missing = (space: string, name: string) => notFoundIn(space, `App "${name}"`);
  const find = async (space: string, name: string): Promise<App | InvalidApp | undefined> => {
    around.reach(space);
    return apps.get(keyOf(space, name));
  };
  return {
    find,
    async get(space, name) {
      const app = await find(space, name);
      if (app === undefined) throw missing(space, name);
      return validApp(app);
    },
    async list(space, page) {
      around.reach(space);
      return pageOf(
        [...apps.values()].filter((app) => app.space === space),
        page,
      );
    },
    async *all() {
      around.reach();
      for (const app of apps.values()) yield [app];
    },
    async put(space, name, spec) {
      around.reach(space);
      const old = apps.get(keyOf(space, name));
      made += 1;
      const { uid, createdAt } = old ?? {
        uid: `uid-${made}-of-${name}`,
        createdAt: around.now().toISOString(),
      };
      const isSame = old !== undefined && 'spec' in old && isDeepStrictEqual(old.spec, spec);
      const bindings = isSame || old === undefined ? old?.bindings : 'stale';
      const { build, built } = old ?? {};
      const app: App = {
        ...{ space, name, uid, createdAt, spec },
        pushes: pushesOf(spec, [{ generation: made, pushes: [...(old?.pushes ?? [])] }]),
        ...(bindings === undefined ? {} : { bindings }),
        ...(build === undefined ? {} : { build }),
        ...(built === undefined ? {} : { built }),
      };
      apps.set(keyOf(space, name), app);
      return { app, created: old === undefined };
    },
    async updateBindingsCondition({ space, name, uid, spec }, { ready }) {
      around.reach(space);
      const found = apps.get(keyOf(space, name));
      if (found?.uid !== uid || !('spec' in found)) return;
      const bindings = ready ? ('ready' as const) : ('notReady' as const);
      // What was found is true of the spec that was read.
      const isSame = isDeepStrictEqual(found.spec, spec);
      apps.set(keyOf(space, name), { ...found, bindings: isSame ? bindings : 'stale' });
    },
    async updateReadyCondition({ space, name, uid }, { ready, message }) {
      around.reach(space);
      const found = apps.get(keyOf(space, name));
      if (found?.uid !== uid) return;
      const written = { blockingReason: ready ? undefined : message, readyIsStale: undefined };
      apps.set(keyOf(space, name), { ...found, ...written });
    },
    async updateBuildStatus({ space, name, uid, pushes }, { build, image }) {
      around.reach(space);
      const found = apps.get(keyOf(space, name));
      if (found?.uid !== uid || !('spec' in found)) return 'changed';
      if (!isDeepStrictEqual(found.pushes, pushes)) return 'changed';
      apps.set(keyOf(space, name), { ...found, build, ...(image === undefined ? {} : { built: image }) });
      return 'updated';
    },
    async changeApplyLease({ space, name, uid }, change) {
      around.reach(space);
      if (apps.get(keyOf(space, name))?.uid !== uid) throw missing(space, name);
      const lease = change(leases.get(uid));
      if (lease === null) leases.delete(uid);
      else if (lease !== undefined) leases.set(uid, lease);
      return leases.get(uid);
    },
    async delete(space, name) {
      around.reach(space);
      const app = apps.get(keyOf(space, name));
      if (app === undefined) throw missing(space, name);
      apps.delete(keyOf(space, name));
      removed(app.uid);
    },
  };
}
