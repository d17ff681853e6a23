import * as v from 'valibot';
import { listOf } from '../client/answers.ts';
import type { Client, Request } from './client.ts';

/** As many as the API gives at once. */
const MOST = 500;

const Page = listOf(v.unknown());

/** The items of a list, over as many requests as it takes; the first `limit` of them, where one is given. */
export async function listAll(
  client: Client,
  request: Request,
  limit = Number.POSITIVE_INFINITY,
): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: string | undefined;
  do {
    const size = String(Math.min(MOST, limit - items.length));
    const query = { ...request.query, limit: size, cursor };
    const { value } = await client.ask(Page, { ...request, query });
    items.push(...value.items);
    cursor = value.cursor;
  } while (cursor !== undefined && items.length < limit);
  return items.slice(0, limit);
}
