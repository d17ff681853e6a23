import type { Page } from '../platform/paginate.ts';
import type { Response } from './endpoint.ts';

/** Budget of an answer in bytes, as Lambda encodes it. A synchronous invocation may return 6 MB. */
export const MAX_ANSWER_BYTES = 5_000_000;

/** Space for all but the items, in bytes: status, headers and a cursor of at most 4,096 characters. */
const ENVELOPE_BYTES = 8_192;

/**
 * Size of a part of a body in an answer, in bytes: Lambda returns a JSON object in UTF-8 whose `body` is a text, so the quotes
 * and backslashes of the JSON in it are escaped once more. Includes two bytes for what separates the part from others.
 */
export const encodedSize = (part: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(part)));

/** Number of the first items that fit an answer, at least one: an object of etcd has at most 1.5 MB, and encoded twice that. */
function countFitting(items: readonly unknown[], maxBytes: number): number {
  let size = ENVELOPE_BYTES;
  const over = items.findIndex((item) => {
    size += encodedSize(item);
    return size > maxBytes;
  });
  return over === -1 ? items.length : Math.max(over, 1);
}

/**
 * Response with a page of a list. `cursor` requests the next page; the last page has none. Items that do not fit an answer are
 * listed again, as many as fit: so the cursor is always one that the list itself gives.
 */
export async function respondWithPage<T, P>(
  limit: number,
  list: (limit: number) => Promise<Page<T>>,
  present: (item: T) => P,
  maxBytes = MAX_ANSWER_BYTES,
): Promise<Response> {
  const { items, next } = await list(limit);
  const presented = items.map(present);
  const fitting = countFitting(presented, maxBytes);
  if (fitting < presented.length) return respondWithPage(fitting, list, present, maxBytes);
  return { status: 200, body: { items: presented, ...(next === undefined ? {} : { cursor: next }) } };
}
