import type { CustomObjectsApi } from '@kubernetes/client-node';
import * as v from 'valibot';
import { GROUP, VERSION } from '../labels.ts';
import { type Page, paginate } from '../paginate.ts';
import type { Connection } from './client.ts';
import { callApi } from './errors.ts';
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

/** Custom resources that the reconcile lists, by the word for them in its errors. */
const PLURALS = { Apps: 'apps', Jobs: 'jobs' } as const;

/**
 * Custom resources of ours a page. Measured with 10,000 Jobs on a real API server: pages of 2,500 and of 10,000 take the
 * reconcile more CPU time than this, and pages of 500 twice the requests.
 */
const PAGE_SIZE = 1_000;

/**
 * Lists all custom resources of a kind in the cluster, page by page. `withinMs` limits all pages together, in place of the
 * limits of a read.
 */
export function listCluster(
  connection: Connection,
  kind: keyof typeof PLURALS,
  withinMs: number | undefined,
): AsyncGenerator<readonly unknown[]> {
  const { custom } = connection.forLists(withinMs);
  const request = { group: GROUP, version: VERSION, plural: PLURALS[kind], limit: PAGE_SIZE };
  return paginate((after) =>
    callApi(
      { space: 'every space', what: kind },
      async () => {
        const list = await custom.listClusterCustomObject({ ...request, ...continueAt(after) });
        const { items, metadata } = v.parse(List, list);
        return { items, next: metadata.continue || undefined };
      },
      ({ code, message }) => {
        // The list is cluster-wide: a ClusterRole is missing, no space is closed.
        if (code === 403) throw new Error(`The ${kind} of the cluster can't be listed: ${message}`);
        return undefined;
      },
    ),
  );
}
