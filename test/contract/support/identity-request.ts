import { listPath, objectPath, type Plural } from '../../support/paths.ts';
import type { PolicedSpace } from './policed-space.ts';

/** Where a request goes: an open space with the objects of `THERE`, and a namespace that is closed. */
export type Place = {
  readonly of: PolicedSpace;
  readonly space: string;
  readonly closed: string;
  /** Secret with the bindings of the app, as it is there. */
  readonly bindings: object;
};

/** Names of what is in the space: what Taskbridge made, and what it did not. */
export const THERE = {
  app: 'billing',
  job: 'report',
  secret: 'orders-binding',
  bindings: 'billing-taskbridge-bindings',
  build: 'theirs-taskbridge-build',
  account: 'deployer',
  labelled: 'tasks',
  configMap: 'settings',
  pod: 'of-a-person',
  task: 'billing-mine',
  taskRun: 'theirs-task',
  foreign: 'theirs',
} as const;

/** A request that changes nothing: what writes is a dry run. */
export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Answer: allowed, refused by RBAC, or by the admission policy of this name. */
type Outcome = 'allowed' | 'rbac' | `taskbridge-${string}`;

export type IdentityRequest = {
  readonly send: (place: Place) => Sent;
  readonly reader: Outcome;
  readonly runner: Outcome;
  readonly keeper: Outcome;
};

type Send = IdentityRequest['send'];
type Path = string | ((place: Place) => string);

const DRY = { dryRun: 'All' };
const MERGE = 'application/merge-patch+json';

const at = (path: Path, place: Place): string => (typeof path === 'string' ? path : path(place));
export const one =
  (plural: Plural, name: string, subresource?: string) =>
  ({ space }: Place): string =>
    objectPath(plural, space, name, subresource);
export const all =
  (plural: Plural) =>
  ({ space }: Place): string =>
    listPath(plural, space);
export const closed =
  (plural: Plural, name?: string) =>
  (place: Place): string =>
    name === undefined ? listPath(plural, place.closed) : objectPath(plural, place.closed, name);

export const get =
  (path: Path, query: Sent['query'] = {}): Send =>
  (place) => ({ method: 'GET', path: at(path, place), query });
type Manifest = object | ((place: Place) => object);
const made = (body: Manifest, place: Place): object => (typeof body === 'function' ? body(place) : body);

export const post =
  (path: Path, body: Manifest = {}): Send =>
  (place) => ({ method: 'POST', path: at(path, place), query: DRY, body: made(body, place) });
export const put =
  (path: Path, body: Manifest): Send =>
  (place) => ({ method: 'PUT', path: at(path, place), query: DRY, body: made(body, place) });
export const patch =
  (path: Path, body: object = {}): Send =>
  (place) => ({ method: 'PATCH', path: at(path, place), query: DRY, body, type: MERGE });
export const remove =
  (path: Path, query: Sent['query'] = {}): Send =>
  (place) => ({ method: 'DELETE', path: at(path, place), query: { ...DRY, ...query } });

/** Request that none may make, whatever the roles of a space allow. */
export const ofNobody = (send: Send): IdentityRequest => ({
  send,
  reader: 'rbac',
  runner: 'rbac',
  keeper: 'rbac',
});
export const ofAll = (send: Send): IdentityRequest => ({
  send,
  reader: 'allowed',
  runner: 'allowed',
  keeper: 'allowed',
});
export const of = (send: Send, reader: Outcome, runner: Outcome, keeper: Outcome): IdentityRequest => ({
  send,
  reader,
  runner,
  keeper,
});

/** Deletion of all objects of a kind, of which none is selected. */
export const collection = (plural: Plural): IdentityRequest =>
  ofNobody(remove(all(plural), { labelSelector: 'no=thing' }));
