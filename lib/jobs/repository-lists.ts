import * as v from 'valibot';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { asTable, continueAt, List } from '../platform/kubernetes/objects.ts';
import { GROUP, VERSION } from '../platform/labels.ts';
import type { Page } from '../platform/paginate.ts';

/**
 * Jobs a page. Measured with 10,000 Jobs on a real API server, in pages of 500, 1,000, 2,500 and 5,000: as objects 1.2, 1.1,
 * 1.1 and 1.1 s, with 0.3 to 0.5 s of this process's CPU time; as rows 0.5, 0.4, 0.5 and 0.5 s, with 0.15 to 0.2 s.
 */
const PAGE_SIZE = 1_000;

/** Printer columns of cluster/crds/jobs.yaml that hold a whole Job; `Spec` and `Status` are JSON. */
const COLUMNS = [
  ...(['Name', 'Space', 'Uid', 'Version', 'Generation'] as const),
  ...(['Created', 'Deleted', 'Spec', 'Status'] as const),
];

const Rows = v.object({
  metadata: v.object({ continue: v.optional(v.string()) }),
  columnDefinitions: v.array(v.object({ name: v.string() })),
  rows: v.nullish(v.array(v.object({ cells: v.array(v.unknown()) }))),
});

/**
 * Lists a page of all Jobs of the cluster, in the shape of objects. Reads a Table without objects, which saves the API server
 * their metadata; reads objects where the cluster's definition does not have these columns yet.
 */
export async function listAllJobs(connection: Connection, after?: string): Promise<Page<unknown>> {
  const table = v.parse(Rows, await list(connection, after, asTable('cells')));
  const at = COLUMNS.map((column) => table.columnDefinitions.findIndex(({ name }) => name === column));
  if (at.includes(-1)) {
    const { items, metadata } = v.parse(List, await list(connection, after));
    return { items, next: metadata.continue || undefined };
  }
  const rows = table.rows ?? [];
  return {
    items: rows.map(({ cells }) => toObject(at.map((index) => labelText(cells[index])))),
    next: table.metadata.continue || undefined,
  };
}

const list = (
  { custom }: Connection,
  after: string | undefined,
  options?: ReturnType<typeof asTable>,
): Promise<unknown> =>
  callApi<unknown>(
    { space: 'every space', what: 'Jobs' },
    () =>
      custom.listClusterCustomObject(
        { group: GROUP, version: VERSION, plural: 'jobs', limit: PAGE_SIZE, ...continueAt(after) },
        options,
      ),
    ({ code, message }) => {
      // The list is cluster-wide: a ClusterRole is missing, no space is closed.
      if (code === 403) throw new Error(`The Jobs of the cluster can't be listed: ${message}`);
      return undefined;
    },
  );

const labelText = (cell: unknown): string | undefined => (typeof cell === 'string' ? cell : undefined);

/** Object of a row; `cells` are those of {@link COLUMNS}, in their order. */
function toObject(cells: readonly (string | undefined)[]) {
  const [name, namespace, uid, resourceVersion, generation, ...rest] = cells;
  const [creationTimestamp, deletionTimestamp, spec, status] = rest;
  return {
    metadata: {
      ...{ name, namespace, uid, resourceVersion, generation: Number(generation) },
      ...{ creationTimestamp, deletionTimestamp },
    },
    spec: jsonOf(spec),
    status: jsonOf(status),
  };
}

/** Value of a cell. A text that is no JSON stays a text, and is reported as an invalid spec or an empty status. */
function jsonOf(cell: string | undefined): unknown {
  try {
    return cell === undefined ? undefined : JSON.parse(cell);
  } catch {
    return cell;
  }
}
