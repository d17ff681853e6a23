import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import { notFoundIn } from '../platform/errors.ts';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi, isDeleted, type Subject } from '../platform/kubernetes/errors.ts';
import { listCluster, listObjects } from '../platform/kubernetes/lists.ts';
import { mapPages, nonceOf } from '../platform/kubernetes/objects.ts';
import { ANNOTATION, GROUP, VERSION } from '../platform/labels.ts';
import { contended, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { type App, type AppConditionUpdate, type AppSpec, type InvalidApp, validApp } from './app.ts';
import { type ApplyLease, parseApplyLease, serializeApplyLease } from './apply-lease.ts';
import type { Apps } from './apps.ts';
import { buildPatch, conditionPatch, toApp, toObject, toReplacement } from './repository-records.ts';

const appsOf = (namespace: string) => ({ group: GROUP, version: VERSION, plural: 'apps', namespace });
const subjectOf = (space: string, name: string): Subject => ({ space, what: `App "${name}"` });

/** An App with all its fields: a replace must keep those that others wrote. */
const Stored = v.looseObject({ metadata: v.looseObject({ uid: v.string() }) });
type Stored = v.InferOutput<typeof Stored>;

const Leased = v.object({
  metadata: v.object({
    uid: v.string(),
    resourceVersion: v.string(),
    annotations: v.optional(v.record(v.string(), v.string()), {}),
  }),
});

/** App with another spec, and all else that it has. */
function replaced(old: Stored, by: AppSpec) {
  const { annotations, spec } = toReplacement(old, by);
  return { ...old, metadata: { ...old.metadata, annotations }, spec };
}

/** Reads and writes Apps, which are custom resources of the cluster. */
export function kubernetesApps(connection: Connection): Apps {
  const { custom } = connection;
  const find = async (space: string, name: string): Promise<Stored | undefined> => {
    const object = await callApi<unknown>(
      subjectOf(space, name),
      () => custom.getNamespacedCustomObject({ ...appsOf(space), name }),
      ({ code }) => (code === 404 ? null : undefined),
    );
    return object === null ? undefined : v.parse(Stored, object);
  };

  /** Creates or replaces an App; `conflict` when another writer was first. */
  const write = (created: ReturnType<typeof toObject>, spec: AppSpec, old?: Stored): Promise<unknown> => {
    const { namespace, name } = created.metadata;
    const apps = appsOf(namespace);
    return callApi<unknown>(
      subjectOf(namespace, name),
      () =>
        old === undefined
          ? custom.createNamespacedCustomObject({ ...apps, body: created })
          : custom.replaceNamespacedCustomObject({ ...apps, name, body: replaced(old, spec) }),
      ({ code }) => (code === 409 ? 'conflict' : undefined),
    );
  };

  /** Patches the status of an App; `changed` without a patch and when the App is gone. */
  const patchStatus = async ({ space, name }: App | InvalidApp, body: object | undefined) => {
    if (body === undefined) return 'changed';
    return callApi<'updated' | 'changed' | 'conflict'>(
      subjectOf(space, name),
      async () => {
        const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
        await custom.patchNamespacedCustomObjectStatus({ ...appsOf(space), name, body }, options);
        return 'updated';
      },
      ({ code }) => (code === 404 ? 'changed' : code === 409 ? 'conflict' : undefined),
    );
  };

  /** Writes a condition over other writers; after ten conflicts the next reconcile writes it. */
  const updateCondition =
    (type: 'BindingsReady' | 'Ready') =>
    async (app: App | InvalidApp, update: AppConditionUpdate, now: Date): Promise<void> => {
      await retryOnConflict(
        () => find(app.space, app.name),
        (object) => patchStatus(app, object && conditionPatch(app, object, type, update, now)),
      );
    };

  return {
    get: (space, name) =>
      callApi(subjectOf(space, name), async () =>
        validApp(toApp(await custom.getNamespacedCustomObject({ ...appsOf(space), name }))),
      ),

    async find(space, name) {
      const object = await find(space, name);
      return object && toApp(object);
    },

    list: (space, page) =>
      callApi({ space, what: 'Apps' }, async () => {
        const { items, next } = await listObjects(connection, appsOf(space), page);
        return { items: items.map(toApp), next };
      }),

    all: (withinMs) => mapPages(listCluster(connection, 'Apps', withinMs), toApp),

    updateBindingsCondition: updateCondition('BindingsReady'),
    updateReadyCondition: updateCondition('Ready'),

    async updateBuildStatus(app, update) {
      const written = await retryOnConflict(
        () => find(app.space, app.name),
        (object) => patchStatus(app, object && buildPatch(app, object, update)),
      );
      if (written === 'conflict') throw contended(`App "${app.name}"`);
      return written;
    },

    async put(space, name, spec, nonce) {
      const object = toObject(space, name, spec, nonce);
      const put = await retryOnConflict(
        () => find(space, name),
        async (old) => {
          const written = await write(object, spec, old);
          // A create whose response was lost is retried by the connection, and then finds its own App.
          const created = old === undefined || nonceOf(old) === nonce;
          return written === 'conflict' ? written : { app: validApp(toApp(written)), created };
        },
      );
      if (put === 'conflict') throw contended(`App "${name}"`);
      return put;
    },

    async changeApplyLease({ space, name, uid }, change) {
      const changed = await retryOnConflict<Stored | undefined, { lease: ApplyLease | undefined }>(
        () => find(space, name),
        async (object) => {
          if (object?.metadata.uid !== uid) throw notFoundIn(space, `App "${name}"`);
          const { resourceVersion, annotations } = v.parse(Leased, object).metadata;
          const current = parseApplyLease(annotations[ANNOTATION.applyLease]);
          const lease = change(current);
          if (lease === undefined) return { lease: current };
          const written = { [ANNOTATION.applyLease]: serializeApplyLease(lease) };
          const body = { metadata: { resourceVersion, annotations: written } };
          return callApi<{ lease: ApplyLease | undefined } | 'conflict'>(
            subjectOf(space, name),
            async () => {
              const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
              await custom.patchNamespacedCustomObject({ ...appsOf(space), name, body }, options);
              return { lease: lease ?? undefined };
            },
            ({ code }) => (code === 409 ? 'conflict' : undefined),
          );
        },
      );
      if (changed === 'conflict') throw contended(`App "${name}"`);
      return changed.lease;
    },

    async delete(space, name) {
      const app = await find(space, name);
      if (app === undefined) throw notFoundIn(space, `App "${name}"`);
      await callApi<unknown>(
        subjectOf(space, name),
        () =>
          custom.deleteNamespacedCustomObject({
            ...appsOf(space),
            name,
            propagationPolicy: 'Background',
            body: { preconditions: { uid: app.metadata.uid } },
          }),
        (failure) => (isDeleted(failure) ? 'deleted' : undefined),
      );
    },
  };
}
