import type { ServerResponse } from 'node:http';
import type { KubeObject } from './object.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';
import { gone } from './status.ts';
import { type Change, isKind, type Store } from './store.ts';

type WatchRequest = {
  readonly type: ResourceType;
  readonly namespace?: string | undefined;
  readonly matches: (object: KubeObject) => boolean;
  /** Starts after this revision. Absent: all existing objects first, then the changes. */
  readonly from?: number | undefined;
  /** True: a bookmark follows the existing objects, by which newer clients know that these were all. */
  readonly sendInitialEvents: boolean;
  readonly show: (object: KubeObject) => unknown;
};

/** Streams `WatchEvent`s until the client disconnects. Throws 410 if changes since the revision are no longer kept. */
export function watch(store: Store, response: ServerResponse, request: WatchRequest): void {
  const { type, namespace, from, matches, show } = request;
  const missed = from === undefined ? existing(store, type) : store.since(from);
  if (missed === undefined) throw gone(`too old resource version: ${from} (${store.revision()})`, '');

  const send = ({ type: what, of, object }: Change): void => {
    if (!isKind(of, type)) return;
    if (namespace !== undefined && object.metadata.namespace !== namespace) return;
    if (matches(object)) response.write(`${JSON.stringify({ type: what, object: show(object) })}\n`);
  };

  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for (const change of missed) send(change);
  if (request.sendInitialEvents) response.write(`${JSON.stringify(bookmark(type, store.revision()))}\n`);
  const stopListening = store.onChange(send);
  response.on('close', stopListening);
}

const existing = (store: Store, type: ResourceType): Change[] =>
  store.all(type).map((object) => ({ type: 'ADDED', of: type, object, revision: store.revision() }));

const bookmark = (type: ResourceType, revision: number) => ({
  type: 'BOOKMARK',
  object: {
    ...{ kind: type.kind, apiVersion: apiVersionOf(type) },
    metadata: {
      resourceVersion: String(revision),
      annotations: { 'k8s.io/initial-events-end': 'true' },
    },
  },
});
