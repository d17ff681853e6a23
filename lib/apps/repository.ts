import * as v from 'valibot';
import { notFoundIn } from '../platform/errors.ts';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi, isDeleted, type Subject } from '../platform/kubernetes/errors.ts';
import { continueAt, List, Metadata, mapPages, nonceOf } from '../platform/kubernetes/objects.ts';
import { ANNOTATION, GROUP, VERSION } from '../platform/labels.ts';
import { paginate } from '../platform/paginate.ts';
import { contended, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { parse } from '../platform/schema.ts';
import { serialize } from '../platform/serialize.ts';
import { type App, AppSpec, type InvalidApp, validApp } from './app.ts';
import type { Apps } from './apps.ts';
import { buildOf, builtOf, updateBuildStatusOn } from './repository-builds.ts';
import { bindingsOf, conditionMessage, updateConditionOn } from './repository-conditions.ts';

const appsOf = (namespace: string) => ({ group: GROUP, version: VERSION, plural: 'apps', namespace });
const subjectOf = (space: string, name: string): Subject => ({ space, what: `App "${name}"` });

/** As many Apps as Kubernetes lists at once. */
const PAGE_SIZE = 500;

/** An App with all that others wrote into it, which a replace must not lose. */
const Stored = v.looseObject({ metadata: v.looseObject({ uid: v.string() }) });
type Stored = v.InferOutput<typeof Stored>;

type Written = { readonly space: string; readonly name: string; readonly nonce: string };

/** Apps as custom resources of the cluster. */
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

  /** A part of the list of all Apps of the cluster. */
  const listAll = ({ custom: lists }: Connection, after?: string) =>
    callApi(
      { space: 'every space', what: 'Apps' },
      async () => {
        const page = { limit: PAGE_SIZE, ...continueAt(after) };
        const request = { group: GROUP, version: VERSION, plural: 'apps' };
        const { items, metadata } = v.parse(
          List,
          await lists.listClusterCustomObject({ ...request, ...page }),
        );
        return { items, next: metadata.continue || undefined };
      },
      ({ code, message }) => {
        // No space is closed here: it is the one right beyond a space that is missing.
        if (code === 403) throw new Error(`The Apps of the cluster can't be listed: ${message}`);
        return undefined;
      },
    );

  /** `overtaken` when somebody else wrote the App since it was read. */
  const write = (
    { space, name, nonce }: Written,
    spec: unknown,
    old: Stored | undefined,
  ): Promise<unknown> => {
    const made = {
      apiVersion: `${GROUP}/${VERSION}`,
      kind: 'App',
      metadata: { name, namespace: space, annotations: { [ANNOTATION.nonce]: nonce } },
      spec,
    };
    return callApi<unknown>(
      subjectOf(space, name),
      () =>
        old === undefined
          ? custom.createNamespacedCustomObject({ ...appsOf(space), body: made })
          : custom.replaceNamespacedCustomObject({ ...appsOf(space), name, body: { ...old, spec } }),
      ({ code }) => (code === 409 ? 'overtaken' : undefined),
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

    list: (space, { limit, after }) =>
      callApi({ space, what: 'Apps' }, async () => {
        const page = { limit, ...continueAt(after) };
        const list = v.parse(List, await custom.listNamespacedCustomObject({ ...appsOf(space), ...page }));
        return { items: list.items.map(toApp), next: list.metadata.continue || undefined };
      }),

    all: (withinMs) => {
      const over = withinMs === undefined ? connection : connection.forLists(withinMs);
      return mapPages(
        paginate((after) => listAll(over, after)),
        toApp,
      );
    },

    updateBindingsCondition: updateConditionOn(connection, 'BindingsReady'),
    updateReadyCondition: updateConditionOn(connection, 'Ready'),
    updateBuildStatus: updateBuildStatusOn(connection),

    async put(space, name, appSpec, nonce) {
      const spec = serialize(appSpec);
      const put = await retryOnConflict(
        () => find(space, name),
        async (old) => {
          const written = await write({ space, name, nonce }, spec, old);
          // A create whose answer was lost is repeated by the connection, and then finds its own App.
          const created = old === undefined || nonceOf(old) === nonce;
          return written === 'overtaken' ? written : { app: validApp(toApp(written)), created };
        },
      );
      if (put === 'overtaken') throw contended(`App "${name}"`);
      return put;
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

const AppObject = v.object({
  metadata: Metadata,
  spec: v.optional(v.unknown()),
  status: v.optional(v.unknown(), {}),
});

function toApp(object: unknown): App | InvalidApp {
  const { metadata, spec, status } = v.parse(AppObject, object);
  const { namespace: space, name, uid, creationTimestamp: createdAt, generation } = metadata;
  const stored = {
    ...{ space, name, uid, createdAt },
    bindings: bindingsOf(generation, status),
    blockingReason: conditionMessage(status),
    ...buildOf(status),
    ...builtOf(status),
  };
  const parsed = parse(AppSpec, spec, 'spec');
  return parsed.ok ? { ...stored, spec: parsed.value } : { ...stored, problems: parsed.errors };
}
