import type { Registry } from './registry.ts';
import type { ResourceType } from './resource-type.ts';

/** Path of a collection, an object or a subresource. */
export type ResourcePath = {
  readonly type: ResourceType;
  /** Absent for cluster-scoped objects and for lists over all namespaces. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
};

/** Parses the path of a request; `undefined` if it names no kind that is served. */
export function parsePath(registry: Registry, pathname: string): ResourcePath | undefined {
  const [root, ...rest] = pathname.split('/').slice(1).map(decodeURIComponent);
  const [group, version, ...path] = root === 'api' ? ['', ...rest] : root === 'apis' ? rest : [];
  if (group === undefined || version === undefined) return undefined;
  // /namespaces/NAME is a namespace, /namespaces/NAME/PLURAL a collection in it.
  const [first, second, ...below] = path;
  const namespaced = first === 'namespaces' && below.length > 0;
  const [plural, name, subresource, extra] = namespaced ? below : path;
  if (plural === undefined || extra !== undefined) return undefined;
  const type = registry.find(group, version, plural);
  if (type === undefined || (namespaced && !type.namespaced)) return undefined;
  if (!namespaced && type.namespaced && name !== undefined) return undefined;
  return { type, namespace: namespaced ? second : undefined, name: name || undefined, subresource };
}

/** RBAC verb of a method; `undefined` for a method that the API does not have. */
export function verbOf(method: string, { name }: ResourcePath, query: URLSearchParams): string | undefined {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (isWatch(query)) return 'watch';
      return name === undefined ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      return undefined;
  }
}

const isWatch = (query: URLSearchParams): boolean => ['true', '1'].includes(query.get('watch') ?? '');
