import { randomUUID } from 'node:crypto';
import { type KubeObject, timestamp } from './object.ts';
import { invalid, unsupportedValue } from './status.ts';
import type { Store } from './store.ts';

const OPTIONS: Readonly<Record<string, string>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
};

/** Tests if a request asks for a dry run; by `verb` names the options in the error. Throws 422 for another value than `All`. */
export function isDryRun(directives: readonly string[], verb: string): boolean {
  if (directives.length === 0) return false;
  if (directives.every((directive) => directive === 'All')) return true;
  const kind = OPTIONS[verb] ?? 'DeleteOptions';
  throw invalid({ group: 'meta.k8s.io', kind }, '', [unsupportedValue('dryRun', directives, ['All'])]);
}

/** Store of a dry run: it has the objects of another, and answers writes without making them. */
export const dryRunStore = (store: Store): Store => ({
  ...store,
  create: (of, object) => {
    const { namespace = '', name } = object.metadata;
    if (store.get(of, namespace, name) !== undefined) return undefined;
    return {
      ...object,
      metadata: {
        ...object.metadata,
        ...{ uid: randomUUID(), creationTimestamp: timestamp(), resourceVersion: '' },
      },
    };
  },
  replace: (of, object) =>
    store.get(of, object.metadata.namespace ?? '', object.metadata.name)?.metadata.uid === object.metadata.uid
      ? object
      : undefined,
  remove: () => undefined,
});

/** Tests for an object that a store keeps. */
export const isStored = ({ metadata }: KubeObject): boolean => metadata.resourceVersion !== '';

/** Object of a dry run as it is shown. */
export function withoutVersion({
  metadata: { resourceVersion: _, ...metadata },
  ...object
}: KubeObject): unknown {
  return { ...object, metadata };
}
