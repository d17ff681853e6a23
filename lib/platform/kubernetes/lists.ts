import type { CustomObjectsApi } from '@kubernetes/client-node';
import * as v from 'valibot';
import type { Page } from '../paginate.ts';
import type { Connection } from './client.ts';
import { continueAt, List } from './objects.ts';
import { AnswerTooLarge } from './transport.ts';

type Request = (custom: CustomObjectsApi, limit: number) => Promise<unknown>;

/** Lists up to `limit` objects. Throws {@link AnswerTooLarge} where they are too large to be read at once. */
export const listExactly = (connection: Connection, limit: number, list: Request): Promise<unknown> =>
  list(connection.forPage().custom, limit);

/** Lists up to `limit` objects; fewer where they are too large to be read at once, and the list has a next page. */
export async function listFitting(connection: Connection, limit: number, list: Request): Promise<unknown> {
  try {
    return await listExactly(connection, limit, list);
  } catch (error) {
    if (!(error instanceof AnswerTooLarge) || limit === 1) throw error;
    return listFitting(connection, Math.ceil(limit / 4), list);
  }
}

type Objects = Parameters<CustomObjectsApi['listNamespacedCustomObject']>[0];

/** Lists a page of objects in a namespace, as {@link listFitting} does. */
export async function listObjects(
  connection: Connection,
  objects: Objects,
  { limit: most, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<unknown>> {
  const list = await listFitting(connection, most, (custom, limit) =>
    custom.listNamespacedCustomObject({ ...objects, limit, ...continueAt(after) }),
  );
  const { items, metadata } = v.parse(List, list);
  return { items, next: metadata.continue || undefined };
}
