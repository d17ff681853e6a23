import type { KubeObject } from './object.ts';
import type { newPager, ObjectPage } from './pages.ts';
import type { ResourcePath } from './request.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { badRequest, type Cause, forbiddenValue, invalid, unsupportedValue } from './status.ts';

/** Which objects of a kind are meant: `labelSelector` and `fieldSelector`. Throws 400 for one that cannot be read. */
export function parseSelectors(query: URLSearchParams): (object: KubeObject) => boolean {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
  return ({ metadata }) => labels(metadata.labels ?? {}) && fields(metadata);
}

/** A page of a list, as `limit` and `continue` say. Throws 400 and 410. */
export function list(
  pager: ReturnType<typeof newPager>,
  { type, namespace }: ResourcePath,
  query: URLSearchParams,
): ObjectPage {
  const given = (name: string) => (query.get(name) ?? '') !== '';
  return pager({
    kind: type,
    namespace,
    selected: given('labelSelector') || given('fieldSelector'),
    matches: parseSelectors(query),
    limit: integer(query.get('limit')) ?? 0,
    continue: query.get('continue') ?? '',
    exactly: exactRevision(query),
  });
}

const MATCHES = ['Exact', 'NotOlderThan', ''];

/** The revision that `resourceVersionMatch=Exact` asks for; whatever else it says, the newest will do. Throws 422. */
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

/** Reads a whole number of a query. Throws 400 in the API server's words; `undefined` when it is not given. */
export function integer(value: string | null): number | undefined {
  if (value === null || value === '') return undefined;
  if (!/^[-+]?\d+$/.test(value))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}
