import type { ServerResponse } from 'node:http';
import type { KubeObject } from './object.ts';
import type { ResourceType } from './resources.ts';
import { gone } from './status.ts';
import { type Change, isKind, type Store } from './store.ts';

type WatchRequest = {
  readonly type: ResourceType;
  readonly namespace?: string | undefined;
  readonly matches: (object: KubeObject) => boolean;
  /** From the change after this revision on; absent: first all that is there, then the changes. */
  readonly from?: number | undefined;
  readonly show: (object: KubeObject) => unknown;
};

/**
 * Streams changes as `WatchEvent`s until the client closes the connection; `kubectl delete` waits by it for the end
 * of a pod or namespace. Throws 410 when changes since that revision are forgotten.
 */
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
  const stopListening = store.onChange(send);
  response.on('close', stopListening);
}

const existing = (store: Store, type: ResourceType): Change[] =>
  store.all(type).map((object) => ({ type: 'ADDED', of: type, object, revision: store.revision() }));
