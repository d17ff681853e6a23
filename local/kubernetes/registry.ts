import { BUILT_IN } from './built-in.ts';
import { resourceTypeOf } from './crd.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';
import { CUSTOM_RESOURCE_DEFINITIONS } from './resources.ts';
import { isKind, type Store } from './store.ts';

/** Kinds that are served: the built-in ones and those of stored CRDs. */
export type Registry = {
  all(): readonly ResourceType[];
  find(group: string, version: string, plural: string): ResourceType | undefined;
  ofKind(apiVersion: string, kind: string): ResourceType | undefined;
};

/** Creates a registry that follows the CRDs of a store. */
export function createRegistry(store: Store): Registry {
  const typesNow = () => [...BUILT_IN, ...store.all(CUSTOM_RESOURCE_DEFINITIONS).map(resourceTypeOf)];
  let types = typesNow();
  store.onChange(({ of }) => {
    if (isKind(of, CUSTOM_RESOURCE_DEFINITIONS)) types = typesNow();
  });
  return {
    all: () => types,
    find: (group, version, plural) =>
      types.find((type) => type.group === group && type.version === version && type.plural === plural),
    ofKind: (apiVersion, kind) =>
      types.find((type) => apiVersionOf(type) === apiVersion && type.kind === kind),
  };
}
