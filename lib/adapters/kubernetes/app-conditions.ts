import { isDeepStrictEqual } from 'node:util';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import { type App, AppSpec, type BindingsFinding } from '../../domain/app.ts';
import { GROUP, VERSION } from '../../domain/labels.ts';
import { formatMoment } from '../../domain/moments.ts';
import type { Connection } from './connection.ts';
import { ask } from './failure.ts';
import { Metadata } from './records.ts';

const BINDINGS_READY = 'BindingsReady';

const Condition = v.looseObject({
  type: v.string(),
  status: v.string(),
  observedGeneration: v.optional(v.number()),
  lastTransitionTime: v.optional(v.string()),
});

/** Conditions that nobody of ours could have written are as if they were not there. */
const Status = v.fallback(v.object({ conditions: v.optional(v.array(Condition), []) }), { conditions: [] });

const Stored = v.object({ metadata: Metadata, spec: v.unknown(), status: v.optional(v.unknown(), {}) });

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

/**
 * Writes what was found of an App's bindings, where the App is still as it was read: of another spec, or over another
 * writer, it would be untrue, and the next reconcile looks again.
 */
export async function noteBindings(
  { custom }: Connection,
  { space, name, uid, spec }: App,
  { ready, reason, message }: BindingsFinding,
  now: Date,
): Promise<void> {
  const request = { group: GROUP, version: VERSION, plural: 'apps', namespace: space, name };
  await ask<unknown>(
    { space, what: `App "${name}"` },
    async () => {
      const { metadata, ...stored } = v.parse(Stored, await custom.getNamespacedCustomObject(request));
      const parsed = v.safeParse(AppSpec, stored.spec);
      if (metadata.uid !== uid || !parsed.success || !isDeepStrictEqual(parsed.output, spec))
        return 'changed';
      const { conditions } = v.parse(Status, stored.status);
      const old = conditions.find(({ type }) => type === BINDINGS_READY);
      const status = ready ? 'True' : 'False';
      const found = {
        type: BINDINGS_READY,
        status,
        reason,
        message,
        observedGeneration: metadata.generation,
        lastTransitionTime: (old?.status === status && old.lastTransitionTime) || formatMoment(now),
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
}
