import type { Registry } from './registry.ts';
import type { ResourceType } from './resources.ts';

/** A path of the API: of the objects of a kind, of one object, or of a subresource of it. */
export type ResourcePath = {
  readonly type: ResourceType;
  /** Absent for objects of the cluster and for a list of all namespaces. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
};

/** Reads the path of a request; `undefined` for one that stands for no kind that is served. */
export function parsePath(registry: Registry, pathname: string): ResourcePath | undefined {
  const [root, ...rest] = pathname.split('/').slice(1).map(decodeURIComponent);
  const [group, version, ...path] = root === 'api' ? ['', ...rest] : root === 'apis' ? rest : [];
  if (group === undefined || version === undefined) return undefined;
  // /namespaces/NAME is a namespace, /namespaces/NAME/PLURAL is in it.
  const [first, second, ...below] = path;
  const namespaced = first === 'namespaces' && below.length > 0;
  const [plural, name, subresource, tooMuch] = namespaced ? below : path;
  if (plural === undefined || tooMuch !== undefined) return undefined;
  const type = registry.find(group, version, plural);
  if (type === undefined || (namespaced && !type.namespaced)) return undefined;
  if (!namespaced && type.namespaced && name !== undefined) return undefined;
  return { type, namespace: namespaced ? second : undefined, name: name || undefined, subresource };
}

/** RBAC's verb for a method; `undefined` for a method that the API does not have. */
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
