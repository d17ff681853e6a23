import { type KubeObject, timestamp } from './object.ts';
import { EVENTS, NAMESPACES } from './resources.ts';
import type { Store } from './store.ts';

/** Lifetime of an event, as the API server's `--event-ttl`. */
const TTL_MS = 3_600_000;

type Event = {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
};

/** Records an event about an object, unless its namespace is being deleted. */
export type RecordEvent = (object: KubeObject, event: Event) => void;

/** Creates a recorder, which also removes its events an hour later, with the next one. */
export function createEventRecorder(store: Store): RecordEvent {
  const kept = [...store.all(EVENTS)].sort((a, b) => createdAt(a) - createdAt(b));

  return ({ apiVersion, kind, metadata }, { type, reason, message, component }) => {
    const { namespace = '', name, uid, resourceVersion } = metadata;
    const space = store.get(NAMESPACES, '', namespace);
    if (space === undefined || space.metadata.deletionTimestamp !== undefined) return;
    const now = timestamp();
    const made = store.create(EVENTS, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${store.revision().toString(16)}`, namespace },
      involvedObject: { apiVersion, kind, name, namespace, uid, resourceVersion },
      ...{ type, reason, message, count: 1, firstTimestamp: now, lastTimestamp: now, eventTime: null },
      ...{ source: { component }, reportingComponent: component, reportingInstance: '' },
    });
    if (made !== undefined) kept.push(made);
    while (kept[0] !== undefined && Date.now() - createdAt(kept[0]) > TTL_MS) {
      const [expired] = kept.splice(0, 1);
      if (expired !== undefined) store.remove(EVENTS, expired);
    }
  };
}

const createdAt = ({ metadata }: KubeObject): number => Date.parse(metadata.creationTimestamp);
