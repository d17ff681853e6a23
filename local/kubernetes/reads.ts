import type { KubeObject } from './object.ts';
import type { createPager, ObjectPage } from './pages.ts';
import type { ResourcePath } from './request.ts';
import type { ResourceType } from './resource-type.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { badRequest, type Cause, forbiddenValue, invalid, unsupportedValue } from './status.ts';

/** Parses `labelSelector` and `fieldSelector` to a filter. Throws 400 if invalid. */
export function parseSelectors(
  { selectable }: ResourceType,
  query: URLSearchParams,
): (object: KubeObject) => boolean {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', selectable);
  return (object) => labels(object.metadata.labels ?? {}) && fields(object);
}

/** Page of a list by `limit` and `continue`. Throws 400 and 410. */
export function list(
  pager: ReturnType<typeof createPager>,
  { type, namespace }: ResourcePath,
  query: URLSearchParams,
): ObjectPage {
  const isSet = (name: string) => (query.get(name) ?? '') !== '';
  return pager({
    kind: type,
    namespace,
    selected: isSet('labelSelector') || isSet('fieldSelector'),
    matches: parseSelectors(type, query),
    limit: integer(query.get('limit')) ?? 0,
    continue: query.get('continue') ?? '',
    atRevision: exactRevision(query),
  });
}

const MATCHES = ['Exact', 'NotOlderThan', ''];

/** Revision of `resourceVersionMatch=Exact`; any other match is satisfied by the newest one. Throws 422. */
function exactRevision(query: URLSearchParams): number | undefined {
  const match = query.get('resourceVersionMatch') ?? '';
  const revision = query.get('resourceVersion') ?? '';
  if (match === '') return undefined;
  const refuse = (cause: Cause) => invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [cause]);
  const forbid = (why: string) => refuse(forbiddenValue('resourceVersionMatch', why));
  if ((query.get('continue') ?? '') !== '')
    throw forbid('resourceVersionMatch is forbidden when continue is provided');
  if (revision === '') throw forbid('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (!MATCHES.includes(match)) throw refuse(unsupportedValue('resourceVersionMatch', match, MATCHES));
  if (match !== 'Exact') return undefined;
  if (revision === '0') throw forbid('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  return integer(revision);
}

/** Parses an integer of a query; `undefined` if absent. Throws 400 with the API server's message. */
export function integer(value: string | null): number | undefined {
  if (value === null || value === '') return undefined;
  if (!/^[-+]?\d+$/.test(value))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}
