import type { CustomObjectsApi } from '@kubernetes/client-node';
import * as v from 'valibot';
import { cursorGone } from '../platform/errors.ts';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { listExactly, listFitting } from '../platform/kubernetes/lists.ts';
import { asTable, continueAt, Table } from '../platform/kubernetes/objects.ts';
import { runsOf } from '../platform/kubernetes/pipeline-runs.ts';
import { labelSelector } from '../platform/kubernetes/requests.ts';
import { toOwnRow } from '../platform/kubernetes/run-records.ts';
import { AnswerTooLarge } from '../platform/kubernetes/transport.ts';
import { LABEL, MANAGED_BY } from '../platform/labels.ts';
import type { RunFilter, RunPage } from './runs.ts';
import type { Condition } from './task.ts';

type Page = { readonly limit: number; readonly after?: string | undefined };

/**
 * Lists runs as a Table: name, labels, annotations and Tekton's printer columns. The row of an ended run with ten variables
 * was 1.2 KB where the object was 7.1 KB, or 3.2 KB of 9.1 KB with managed fields. Throws `gone` for a page that is read anew
 * and would not have the rows that it had.
 */
export async function listRuns(
  connection: Connection,
  space: string,
  filter: RunFilter,
  { limit, after }: Page,
): Promise<RunPage> {
  const [, size, token = after] = AGAIN.exec(after ?? '') ?? [];
  let asked = limit;
  const list = (custom: CustomObjectsApi, most: number): Promise<unknown> => {
    asked = most;
    return table(custom, space, filter, { limit: most, after: token }, 'metadata');
  };
  const answer =
    size === undefined
      ? await listFitting(connection, limit, list)
      : await listExactly(connection, Math.min(Number(size), limit), list).catch(goneIfTooLarge);
  const { metadata, columnDefinitions, rows } = v.parse(Table, answer);
  const status = columnDefinitions.findIndex(({ name }) => name === 'Succeeded');
  const reason = columnDefinitions.findIndex(({ name }) => name === 'Reason');
  const items = (rows ?? []).flatMap(
    ({ cells, object }) =>
      toOwnRow(object.metadata, conditionOf(cells[status], cells[reason]), LABEL.taskId) ?? [],
  );
  return {
    items,
    next: metadata.continue || undefined,
    here: `${asked}~${token ?? `${AT}${metadata.resourceVersion}`}`,
  };
}

/** Token of a page that was read before: the number of rows that it was asked for, and where it begins. */
const AGAIN = /^([1-9]\d{0,3})~(.+)$/s;

/** The columns with ages may have become longer, at the limit of what can be read at once. */
function goneIfTooLarge(error: unknown): never {
  throw error instanceof AnswerTooLarge ? cursorGone() : error;
}

/** Rows in a page of names alone, of 90 bytes each. */
const NAMES_PAGE_SIZE = 5_000;

const Names = v.object({
  metadata: v.object({ continue: v.optional(v.string()) }),
  rows: v.nullish(v.array(v.unknown())),
});

/** True when more than `count` runs match the filter. Stops reading as soon as that is known. */
export async function runCountExceeds(
  connection: Connection,
  space: string,
  filter: RunFilter,
  count: number,
): Promise<boolean> {
  let left = count;
  let after: string | undefined;
  do {
    const page = { limit: Math.min(left + 1, NAMES_PAGE_SIZE), after };
    const { metadata, rows } = v.parse(Names, await table(connection.custom, space, filter, page, 'cells'));
    left -= (rows ?? []).length;
    after = metadata.continue || undefined;
  } while (left >= 0 && after !== undefined);
  return left < 0;
}

const table = (
  custom: CustomObjectsApi,
  space: string,
  filter: RunFilter,
  page: Page,
  rows: 'cells' | 'metadata',
): Promise<unknown> =>
  callApi<unknown>({ space, what: 'Tasks' }, () =>
    custom.listNamespacedCustomObject(
      { ...runsOf(space), labelSelector: selectorOf(filter), ...startOf(page) },
      asTable(rows),
    ),
  );

/** Prefix of the token of a first page, for which Kubernetes has none: the resourceVersion of the list follows. */
const AT = '@';

function startOf({ limit, after }: Page) {
  const [, resourceVersion] = /^@(\d+)$/.exec(after ?? '') ?? [];
  if (resourceVersion === undefined) return { limit, ...continueAt(after) };
  return { limit, resourceVersion, resourceVersionMatch: 'Exact' };
}

const selectorOf = ({ app, job, jobs, unreported }: RunFilter): string =>
  labelSelector({
    [LABEL.managedBy]: MANAGED_BY,
    // Builds are runs too.
    [LABEL.component]: 'task',
    [LABEL.app]: app,
    [LABEL.job]: job ?? jobs,
    [LABEL.reported]: unreported === true ? false : undefined,
  });

const conditionOf = (status: unknown, reason: unknown): Condition | undefined =>
  status === 'True' || status === 'False' || status === 'Unknown'
    ? { status, reason: typeof reason === 'string' ? reason : undefined }
    : undefined;
