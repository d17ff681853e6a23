import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from './admission.ts';
import { type Access, mayAccess, refusalOf, type User } from './authorizer.ts';
import { readObject, readOptions, readPatch } from './body.ts';
import { parseFieldValidation } from './decode.ts';
import { deleteObject, parseDeleteOptions } from './deletes.ts';
import { mergePatch, strategicMergePatch } from './merge-patch.ts';
import { representationOf, showList, showObject, type View } from './negotiation.ts';
import type { KubeObject } from './object.ts';
import type { newPager } from './pages.ts';
import { integer, list, parseSelectors } from './reads.ts';
import type { Registry } from './registry.ts';
import { type ResourcePath, verbOf } from './request.ts';
import { NAMESPACES, PODS } from './resources.ts';
import { badRequest, forbidden, methodNotAllowed, noSuchPath } from './status.ts';
import type { Store } from './store.ts';
import { parseIncludeObject } from './table.ts';
import type { Tokens } from './tokens.ts';
import { watch } from './watch.ts';
import { create, find, type Target, update, type Written } from './writes.ts';

/** Streams the log of a pod's container into a response. Throws 400 before the container starts. */
type LogReader = (pod: KubeObject, query: URLSearchParams, response: ServerResponse) => Promise<void>;

export type Api = {
  readonly store: Store;
  readonly registry: Registry;
  readonly admission: Admission;
  readonly pager: ReturnType<typeof newPager>;
  readonly tokens: Tokens;
  readonly readLog: LogReader;
};

/** What is answered: JSON with its status, or nothing more when the answer was streamed. */
export type Reply =
  | { readonly status: number; readonly body: unknown; readonly warnings?: readonly string[] }
  | 'streamed';

type Call = {
  readonly api: Api;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

/** Answers a request for objects, once RBAC allows it. Throws the refusal to answer with. */
export async function serve(call: Call, user: User): Promise<Reply> {
  const { api, path, query, request } = call;
  const verb = verbOf(request.method ?? '', path, query);
  if (verb === undefined) throw methodNotAllowed();
  authorize(api.store, user, verb, path);
  const { type, subresource } = path;
  if (path.name === undefined && (verb === 'update' || verb === 'patch'))
    throw badRequest('name must be provided');
  const allowed: readonly string[] =
    subresource === undefined ? type.verbs : (type.subresources[subresource] ?? []);
  if (subresource !== undefined && !(subresource in type.subresources)) throw noSuchPath();
  if (!allowed.includes(verb)) throw methodNotAllowed();
  if (query.has('dryRun')) throw badRequest('dryRun is not supported');
  return VERBS[subresource ?? '']?.[verb]?.(call) ?? (await perform(call, verb));
}

function authorize(
  store: Store,
  user: User,
  verb: string,
  { type, namespace, name, subresource }: ResourcePath,
): void {
  const access: Access = {
    verb,
    group: type.group,
    resource: subresource === undefined ? type.plural : `${type.plural}/${subresource}`,
    // A namespace is asked for as an object in itself.
    namespace: type === NAMESPACES ? name : namespace,
    name,
  };
  if (mayAccess(store, user, access)) return;
  throw forbidden(refusalOf(user, access), { name, group: type.group, kind: type.plural });
}

const VERBS: Readonly<Record<string, Readonly<Record<string, (call: Call) => Promise<Reply>>>>> = {
  log: {
    get: async ({ api, path, query, response }) => {
      await api.readLog(find(api.store, targetOf(path)), query, response);
      return 'streamed';
    },
  },
  token: {
    create: async ({ api, path, request }) => {
      const { namespace, name } = targetOf(path);
      return {
        status: 201,
        body: api.tokens.answer({ namespace, name }, await readObject(request, 'TokenRequest')),
      };
    },
  },
};

async function perform(call: Call, verb: string): Promise<Reply> {
  const { api, path, query, request, response } = call;
  const { type } = path;
  const target = targetOf(path);
  const view = viewOf(call);
  const validation = parseFieldValidation(query.get('fieldValidation'));
  switch (verb) {
    case 'get':
      return { status: 200, body: showObject(view, find(api.store, target)) };
    case 'list': {
      const { items, metadata } = list(api.pager, path, query);
      return { status: 200, body: showList(view, items, metadata) };
    }
    case 'watch': {
      const from = integer(query.get('resourceVersion'));
      const named =
        path.name === undefined ? () => true : ({ metadata }: KubeObject) => metadata.name === path.name;
      const selected = parseSelectors(query);
      watch(api.store, response, {
        type,
        namespace: path.namespace,
        matches: (object) => named(object) && selected(object),
        from: from === 0 ? undefined : from,
        show: (object) => showObject(view, object),
      });
      return 'streamed';
    }
    case 'create':
      return written(201, view, create(api, target, await readObject(request, type.kind), validation));
    case 'update': {
      const body = await readObject(request, type.kind);
      return written(
        200,
        view,
        update(api, target, () => body, validation),
      );
    }
    case 'patch': {
      const { strategic, body } = await readPatch(request, type.custom);
      const change = (old: KubeObject) =>
        strategic ? strategicMergePatch(old, body) : mergePatch(old, body);
      return written(200, view, update(api, target, change, validation));
    }
    case 'delete':
      return remove(call, target, await readOptions(request));
    default:
      return removeAll(call, view, await readOptions(request));
  }
}

const targetOf = ({ type, namespace = '', name = '', subresource }: ResourcePath): Target => ({
  type,
  namespace,
  name,
  subresource,
});

const viewOf = ({ path: { type }, query, request }: Call): View => ({
  type,
  as: representationOf(request.headers.accept),
  include: parseIncludeObject(query.get('includeObject')),
});

const written = (status: number, view: View, { object, warnings }: Written): Reply => ({
  status,
  body: showObject(view, object),
  warnings,
});

function remove({ api, path: { type }, query }: Call, target: Target, options: unknown): Reply {
  const object = deleteObject(api.store, target, parseDeleteOptions(options, query));
  if (type === PODS || type === NAMESPACES) return { status: 200, body: object };
  const { name, uid } = object.metadata;
  const details = { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.plural, uid };
  return {
    status: 200,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details },
  };
}

function removeAll({ api, path, query }: Call, view: View, body: unknown): Reply {
  const options = parseDeleteOptions(body, query);
  const { items, metadata } = list(api.pager, path, query);
  for (const {
    metadata: { namespace = '', name },
  } of items) {
    deleteObject(api.store, { type: path.type, namespace, name }, options);
  }
  return { status: 200, body: showList(view, items, metadata) };
}
