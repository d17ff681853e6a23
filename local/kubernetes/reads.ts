import type { KubeObject } from './object.ts';
import type { newPager, ObjectPage } from './pages.ts';
import type { ResourcePath } from './request.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { badRequest } from './status.ts';

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
  });
}

/** Reads a whole number of a query. Throws 400 in the API server's words; `undefined` when it is not given. */
export function integer(value: string | null): number | undefined {
  if (value === null || value === '') return undefined;
  if (!/^[-+]?\d+$/.test(value))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}
