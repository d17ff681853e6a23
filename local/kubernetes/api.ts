import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from './admission.ts';
import { authorize } from './authorization.ts';
import type { User } from './authorizer.ts';
import { readObject, readOptions, readPatch } from './body.ts';
import { parseFieldValidation } from './decode.ts';
import { type DeleteOptions, deleteObject, parseDeleteOptions } from './deletes.ts';
import { dryRunStore, isDryRun, isStored, withoutVersion } from './dry-run.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch, strategicMergePatch } from './merge-patch.ts';
import { renderList, renderObject, representationOf, type View } from './negotiation.ts';
import type { KubeObject } from './object.ts';
import type { createPager } from './pages.ts';
import { integer, list, parseSelectors } from './reads.ts';
import type { Registry } from './registry.ts';
import { type ResourcePath, verbOf } from './request.ts';
import { NAMESPACES, PODS } from './resources.ts';
import { REVIEWS, review } from './reviews.ts';
import { badRequest, methodNotAllowed, noSuchPath } from './status.ts';
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
  readonly pager: ReturnType<typeof createPager>;
  readonly tokens: Tokens;
  readonly readLog: LogReader;
};

/** Response: JSON with its status, or nothing if it was streamed. */
export type ApiResponse =
  | { readonly status: number; readonly body: unknown; readonly warnings?: readonly string[] }
  | 'streamed';

type Request = {
  readonly api: Api;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

type Call = Request & { readonly user: User };

/** Serves a request for objects once RBAC allows it. Throws the API error to respond with. */
export async function serve(call: Request, user: User): Promise<ApiResponse> {
  const { api, path, query, request } = call;
  const verb = verbOf(request.method ?? '', path, query);
  if (verb === undefined) throw methodNotAllowed(path.type.plural, path.type.verbs);
  authorize(api.store, user, verb, path, query);
  const { type, subresource, name } = path;
  if (subresource !== undefined && !(subresource in type.subresources)) throw noSuchPath();
  const allowed: readonly string[] =
    subresource === undefined ? type.verbs : (type.subresources[subresource] ?? []);
  if (!allowed.includes(verb)) throw methodNotAllowed(type.plural, allowed);
  if (name === undefined && (verb === 'update' || verb === 'patch'))
    throw badRequest('name must be provided');
  const perform = (SUBRESOURCE_VERBS[subresource ?? ''] ?? OBJECT_VERBS)[verb];
  if (perform === undefined) throw methodNotAllowed(type.plural, allowed);
  return perform({ ...call, user, api: apiFor(api, verb, query.getAll('dryRun')) });
}

/** Verbs that read; they ignore `dryRun`. */
const READS = ['get', 'list', 'watch'];

/** The API for a request: over a store that keeps nothing for a dry run. */
const apiFor = (api: Api, verb: string, directives: readonly string[]): Api =>
  !READS.includes(verb) && isDryRun(directives, verb) ? { ...api, store: dryRunStore(api.store) } : api;

type Verbs = Readonly<Record<string, (call: Call) => ApiResponse | Promise<ApiResponse>>>;

/** Handlers of objects and their status, by RBAC verb. */
const OBJECT_VERBS: Verbs = {
  get: (call) => ({
    status: 200,
    body: renderObject(viewOf(call), find(call.api.store, targetOf(call.path))),
  }),
  list: (call) => {
    const { items, metadata } = list(call.api.pager, call.path, call.query);
    return { status: 200, body: renderList(viewOf(call), items, metadata) };
  },
  watch: (call) => {
    const { api, path, query, response } = call;
    const view = viewOf(call);
    const sendInitialEvents = query.get('sendInitialEvents') === 'true';
    const from = sendInitialEvents ? 0 : integer(query.get('resourceVersion'));
    const selected = parseSelectors(path.type, query);
    watch(api.store, response, {
      type: path.type,
      namespace: path.namespace,
      matches: (object) => selected(object) && (path.name ?? object.metadata.name) === object.metadata.name,
      from: from === 0 ? undefined : from,
      sendInitialEvents,
      show: (object) => renderObject(view, object),
    });
    return 'streamed';
  },
  create: async (call) => {
    const { api, path, user } = call;
    const body = await readObject(call.request, path.type.kind);
    if (REVIEWS.includes(path.type)) return { status: 201, body: review(api.store, user, path.type, body) };
    return written(201, call, create(api, targetOf(path), body, validationOf(call)));
  },
  update: async (call) => {
    const body = await readObject(call.request, call.path.type.kind);
    return written(
      200,
      call,
      update(call.api, targetOf(call.path), () => body, validationOf(call)),
    );
  },
  patch: async (call) => {
    const { kind, body } = await readPatch(call.request, call.path.type.custom);
    const change = (old: KubeObject) => PATCH[kind](old, body);
    return written(200, call, update(call.api, targetOf(call.path), change, validationOf(call)));
  },
  delete: async (call) => remove(...(await deletion(call))),
  deletecollection: async (call) => removeAll(...(await deletion(call))),
};

/** Patch functions by type. */
const PATCH = { json: jsonPatch, merge: mergePatch, strategic: strategicMergePatch } as const;

/** Handlers of the other subresources, by RBAC verb. */
const SUBRESOURCE_VERBS: Readonly<Record<string, Verbs>> = {
  log: {
    get: async ({ api, path, query, response }) => {
      await api.readLog(find(api.store, targetOf(path)), query, response);
      return 'streamed' as const;
    },
  },
  token: {
    create: async ({ api, path, request }) => {
      const { namespace, name } = targetOf(path);
      return {
        status: 201,
        body: api.tokens.respond({ namespace, name }, await readObject(request, 'TokenRequest')),
      };
    },
  },
};

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

const validationOf = ({ query }: Call) => parseFieldValidation(query.get('fieldValidation'));

const written = (status: number, call: Call, { object, warnings }: Written): ApiResponse => ({
  status,
  body: isStored(object) ? renderObject(viewOf(call), object) : withoutVersion(object),
  warnings,
});

/** A deletion with its options, which may ask for a dry run too. */
async function deletion(call: Call): Promise<[Call, DeleteOptions]> {
  const options = parseDeleteOptions(await readOptions(call.request), call.query);
  return [{ ...call, api: apiFor(call.api, 'delete', options.dryRun ?? []) }, options];
}

function remove({ api, path }: Call, options: DeleteOptions): ApiResponse {
  const { type } = path;
  const object = deleteObject(api.store, targetOf(path), options);
  if (type === PODS || type === NAMESPACES) return { status: 200, body: object };
  const { name, uid } = object.metadata;
  const details = { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.plural, uid };
  return {
    status: 200,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details },
  };
}

function removeAll(call: Call, options: DeleteOptions): ApiResponse {
  const { api, path, query } = call;
  const { items, metadata } = list(api.pager, path, query);
  for (const { metadata: found } of items) {
    deleteObject(api.store, { type: path.type, namespace: found.namespace ?? '', name: found.name }, options);
  }
  return { status: 200, body: renderList(viewOf(call), items, metadata) };
}
