import { isDeepStrictEqual } from 'node:util';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { Metadata } from '../platform/kubernetes/objects.ts';
import { GROUP, VERSION } from '../platform/labels.ts';
import { parse } from '../platform/schema.ts';
import { toRfc3339 } from '../platform/time.ts';
import { type App, type AppConditionUpdate, AppSpec, type InvalidApp } from './app.ts';

const BINDINGS_READY = 'BindingsReady';
const READY = 'Ready';

const Condition = v.looseObject({
  type: v.string(),
  status: v.string(),
  message: v.optional(v.string()),
  observedGeneration: v.optional(v.number()),
  lastTransitionTime: v.optional(v.string()),
});

/** Conditions that nobody of ours could have written are as if they were not there. */
const Status = v.fallback(v.object({ conditions: v.optional(v.array(Condition), []) }), { conditions: [] });

const Stored = v.object({
  metadata: Metadata,
  spec: v.optional(v.unknown()),
  status: v.optional(v.unknown(), {}),
});

/**
 * What was last found of an App's bindings, and whether that was for the spec that it has now. A push that was cut off
 * may have left an earlier spec's Secret, so of a second spec nothing is known before somebody has looked.
 */
export function bindingsOf(generation: number, status: unknown): App['bindings'] {
  const found = v.parse(Status, status).conditions.find(({ type }) => type === BINDINGS_READY);
  if (found === undefined) return generation > 1 ? 'stale' : undefined;
  if (found.observedGeneration !== generation) return 'stale';
  return found.status === 'True' ? 'ready' : 'notReady';
}

/** What the condition `Ready` of an App says is wrong with it. */
export const conditionMessage = (status: unknown): string | undefined =>
  v.parse(Status, status).conditions.find(({ type, status: is }) => type === READY && is === 'False')
    ?.message;

/**
 * Writes a condition of an App, where the App is still as it was read: of another spec, or over another writer, it
 * would be untrue, and the next reconcile looks again.
 */
export const updateConditionOn =
  ({ custom }: Connection, type: typeof BINDINGS_READY | typeof READY) =>
  async (app: App | InvalidApp, { ready, reason, message }: AppConditionUpdate, now: Date): Promise<void> => {
    const { space, name } = app;
    const request = { group: GROUP, version: VERSION, plural: 'apps', namespace: space, name };
    await callApi<unknown>(
      { space, what: `App "${name}"` },
      async () => {
        const { metadata, ...stored } = v.parse(Stored, await custom.getNamespacedCustomObject(request));
        if (metadata.uid !== app.uid || !isAsRead(app, stored.spec)) return 'changed';
        const { conditions } = v.parse(Status, stored.status);
        const old = conditions.find((condition) => condition.type === type);
        const status = ready ? 'True' : 'False';
        const found = {
          ...{ type, status, reason, message },
          observedGeneration: metadata.generation,
          lastTransitionTime: (old?.status === status && old.lastTransitionTime) || toRfc3339(now),
        };
        const body = {
          metadata: { resourceVersion: metadata.resourceVersion },
          status: { conditions: [...conditions.filter((condition) => condition !== old), found] },
        };
        const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
        return custom.patchNamespacedCustomObjectStatus({ ...request, body }, options);
      },
      ({ code }) => (code === 404 || code === 409 ? 'changed' : undefined),
    );
  };

function isAsRead(app: App | InvalidApp, spec: unknown): boolean {
  const parsed = parse(AppSpec, spec, 'spec');
  if ('spec' in app) return parsed.ok && isDeepStrictEqual(parsed.value, app.spec);
  return !parsed.ok && isDeepStrictEqual(parsed.errors, app.problems);
}
