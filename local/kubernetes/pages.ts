import * as v from 'valibot';
import { type KubeObject, namespacedName } from './object.ts';
import { ApiError, badRequest, gone } from './status.ts';
import type { Kind, Store } from './store.ts';
import type { ListMetadata } from './table.ts';

/** Lifetime of old revisions in etcd with the API server's defaults. */
const CONTINUE_TOKEN_TTL_MS = 5 * 60_000;

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

const LIST_TOO_OLD = 'The resourceVersion for the provided list is too old.';

const VERSION = 'meta.k8s.io/v1';

/** Stands for the newest revision in a token that replaces an expired one. */
const NEWEST = -1;

/** Continue token: the list resumes at this key of this revision. */
const Token = v.object({ v: v.string(), rv: v.number(), start: v.string() });
type Token = v.InferOutput<typeof Token>;

export type PageRequest = {
  readonly kind: Kind;
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  /** True if a selector was given; then the number of remaining items is unknown. */
  readonly selected: boolean;
  readonly matches: (object: KubeObject) => boolean;
  /** 0: no limit. */
  readonly limit: number;
  readonly continue: string;
  /** Lists at exactly this revision. Absent: the newest. */
  readonly atRevision?: number | undefined;
};

export type ObjectPage = { readonly items: readonly KubeObject[]; readonly metadata: ListMetadata };

/**
 * Lists in pages. All pages show the objects of the first page's revision. Throws 410 for a token that has expired or
 * is from another server, with a token that continues at the newest revision.
 */
export function createPager(store: Store): (request: PageRequest) => ObjectPage {
  const snapshots = new Map<string, { readonly objects: readonly KubeObject[]; readonly taken: number }>();

  const saveSnapshot = ({ group, plural }: Kind, revision: number, objects: readonly KubeObject[]): void => {
    const now = Date.now();
    for (const [key, { taken }] of snapshots) if (now - taken > CONTINUE_TOKEN_TTL_MS) snapshots.delete(key);
    snapshots.set(`${group}/${plural}@${revision}`, { objects, taken: now });
  };

  const loadSnapshot = (kind: Kind, revision: number, tooOld: () => ApiError): readonly KubeObject[] => {
    if (revision > store.revision()) throw futureRevision(revision, store.revision());
    const snapshot = snapshots.get(`${kind.group}/${kind.plural}@${revision}`);
    if (snapshot === undefined && revision === store.revision()) return store.all(kind);
    if (snapshot === undefined || Date.now() - snapshot.taken > CONTINUE_TOKEN_TTL_MS) throw tooOld();
    return snapshot.objects;
  };

  return (request) => {
    const { kind, continue: next, atRevision } = request;
    const token = next === '' ? undefined : decode(next);
    const requested = token?.rv ?? atRevision ?? NEWEST;
    const revision = requested === NEWEST ? store.revision() : requested;
    const tooOld = () =>
      token === undefined ? gone(LIST_TOO_OLD) : gone(TOO_OLD, encode({ ...token, rv: NEWEST }));
    const objects = requested === NEWEST ? store.all(kind) : loadSnapshot(kind, revision, tooOld);
    const found = itemsFrom(request, objects, token?.start ?? '');
    const items = request.limit > 0 ? found.slice(0, request.limit) : found;
    const last = items.at(-1);
    const left = found.length - items.length;
    if (left === 0 || last === undefined) return { items, metadata: { resourceVersion: String(revision) } };
    saveSnapshot(kind, revision, objects);
    return { items, metadata: continueMetadata(request, revision, last, left) };
  };
}

/** Matching objects from a key on. The key of a list of one namespace omits it: `/<name>`. */
function itemsFrom({ namespace, matches }: PageRequest, objects: readonly KubeObject[], start: string) {
  const from = namespace === undefined ? start : start.replace(/^\//, `${namespace}/`);
  return objects.filter(
    (object) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      namespacedName(object) >= from &&
      matches(object),
  );
}

/** Metadata of a page that is not the last. */
function continueMetadata(
  { namespace, selected }: PageRequest,
  revision: number,
  last: KubeObject,
  left: number,
): ListMetadata {
  const start = `${namespace === undefined ? namespacedName(last) : `/${last.metadata.name}`}\0`;
  return {
    resourceVersion: String(revision),
    continue: encode({ v: VERSION, rv: revision, start }),
    ...(selected ? {} : { remainingItemCount: left }),
  };
}

const encode = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function decode(token: string): Token {
  const parsed = v.safeParse(Token, jsonOf(Buffer.from(token, 'base64url').toString()));
  if (!parsed.success) throw badToken('it cannot be decoded');
  const { v: version, rv, start } = parsed.output;
  if (version !== VERSION) throw badToken(`server does not recognize this encoded version ${version}`);
  if (rv === 0) throw badToken(`incorrect encoded start resourceVersion (version ${VERSION})`);
  if (start === '') throw badToken(`encoded start key empty (version ${VERSION})`);
  if (start.startsWith('..')) throw badToken(start);
  return parsed.output;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const badToken = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`);

const futureRevision = (requested: number, newest: number) =>
  new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${requested}, current: ${newest}`, {
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' }],
    },
  });
