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
