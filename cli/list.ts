import * as v from 'valibot';
import { listOf } from './api/responses.ts';
import type { Client, Request } from './client.ts';

/** Largest page of the API. */
const PAGE_SIZE = 500;

const Page = listOf(v.unknown());

/** Pages through a list and returns its items, `limit` at most. */
export async function listAll(
  client: Client,
  request: Request,
  limit = Number.POSITIVE_INFINITY,
): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: string | undefined;
  do {
    const size = String(Math.min(PAGE_SIZE, limit - items.length));
    const query = { ...request.query, limit: size, cursor };
    const { value } = await client.request(Page, { ...request, query });
    items.push(...value.items);
    cursor = value.cursor;
  } while (cursor !== undefined && items.length < limit);
  return items.slice(0, limit);
}

/**
 * Throws "not found" where a list of an app or a job is empty because there is no such one: the API lists none of it then. A
 * list without an owner, and one that has items, cost no request.
 */
export async function checkOwner(
  client: Client,
  items: readonly unknown[],
  owners: { readonly apps?: string | undefined; readonly jobs?: string | undefined },
): Promise<void> {
  if (items.length > 0) return;
  for (const [kind, name] of Object.entries(owners))
    if (name !== undefined) await client.request(v.unknown(), { method: 'GET', path: [kind, name] });
}
