import * as v from 'valibot';
import { conflict } from '../platform/errors.ts';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { encodeData, secretSubject, secretsIn } from '../platform/kubernetes/objects.ts';
import { GROUP, LABEL, MANAGED_BY, VERSION } from '../platform/labels.ts';
import { contended, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { mapOf } from '../platform/schema.ts';
import type { App } from './app.ts';
import type { Credentials, SecretOwner, Secrets } from './bindings.ts';

/** Type of a Secret with a service account's token: its reader can act as the service account. */
const ACCOUNT_TOKEN = 'kubernetes.io/service-account-token';

const Owner = v.looseObject({ apiVersion: v.string(), kind: v.string(), name: v.string(), uid: v.string() });

const Secret = v.looseObject({
  type: v.optional(v.string()),
  metadata: v.looseObject({
    labels: v.optional(mapOf(v.string(), v.string()), {}),
    ownerReferences: v.optional(v.array(Owner), []),
  }),
  data: v.optional(mapOf(v.string(), v.string()), {}),
});
type Secret = v.InferOutput<typeof Secret>;

/** Reads and writes the Secrets of bindings; only the keeper's identity may read them. */
export function kubernetesSecrets({ custom }: Connection): Secrets {
  const find = async (space: string, name: string): Promise<Secret | undefined> => {
    const found = await callApi<unknown>(
      secretSubject(space, name),
      () => custom.getNamespacedCustomObject({ ...secretsIn(space), name }),
      ({ code }) => (code === 404 ? null : undefined),
    );
    return found === null ? undefined : v.parse(Secret, found);
  };

  const write = (app: App, name: string, data: Credentials, old: Secret | undefined) => {
    const body = { ...(old ?? toSecret(app, name)), data: encodeData(data) };
    const request = { ...secretsIn(app.space), body };
    return callApi<'written' | 'conflict'>(
      secretSubject(app.space, name),
      async () => {
        if (old === undefined) await custom.createNamespacedCustomObject(request);
        else await custom.replaceNamespacedCustomObject({ ...request, name });
        return 'written';
      },
      ({ code }) => (code === 409 ? 'conflict' : undefined),
    );
  };

  return {
    async find(space, name) {
      const secret = await find(space, name);
      return secret === undefined || isWithheld(secret) ? undefined : decode(secret.data);
    },

    async isWithheld(space, name) {
      const secret = await find(space, name);
      return secret !== undefined && isWithheld(secret);
    },

    async owner(space, name) {
      const secret = await find(space, name);
      return secret && ownerOf(secret);
    },

    async put(app, name, data) {
      const put = await retryOnConflict(
        () => find(app.space, name),
        async (old) => {
          if (old !== undefined && !old.metadata.ownerReferences.some(({ uid }) => uid === app.uid)) {
            throw conflict(
              `Secret "${name}" is in the way: it is not app "${app.name}"'s. Delete it, then push again.`,
            );
          }
          return write(app, name, data, old);
        },
      );
      if (put === 'conflict') throw contended(`Secret "${name}"`);
    },
  };
}

/** True for the token of a service account, for a Secret of Taskbridge, and for one of a run, made by anyone. */
const isWithheld = ({ type, metadata: { labels, ownerReferences } }: Secret): boolean =>
  type === ACCOUNT_TOKEN ||
  labels[LABEL.managedBy] === MANAGED_BY ||
  ownerReferences.some(({ apiVersion }) => apiVersion.startsWith('tekton.dev/'));

function ownerOf({ metadata }: Secret): SecretOwner {
  const app = metadata.ownerReferences.find(
    ({ apiVersion, kind }) => apiVersion.startsWith(`${GROUP}/`) && kind === 'App',
  );
  return app === undefined ? 'other' : { app: app.name, uid: app.uid };
}

const toSecret = (app: App, name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'Opaque',
  metadata: {
    name,
    namespace: app.space,
    // The reconcile recreates it. One that a backup restored has no owner and would block that.
    labels: {
      [LABEL.managedBy]: MANAGED_BY,
      [LABEL.app]: app.name,
      [LABEL.excludeFromBackup]: 'true',
    },
    ownerReferences: [
      { apiVersion: `${GROUP}/${VERSION}`, kind: 'App', name: app.name, uid: app.uid, controller: true },
    ],
  },
});

/** Decodes the values of a Secret from base64 to text. */
const decode = (data: Credentials): Credentials =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
