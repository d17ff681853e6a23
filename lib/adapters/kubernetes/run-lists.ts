import * as v from 'valibot';
import { LABEL, MANAGED_BY } from '../../domain/labels.ts';
import type { Condition } from '../../domain/task.ts';
import type { RunFilter, RunPage } from '../../ports.ts';
import type { Connection } from './connection.ts';
import { domainErrorOf, failureOf } from './failure.ts';
import { AS_TABLE, Table, toRunRow } from './records.ts';

type Page = { readonly limit: number; readonly after?: string | undefined };

/**
 * Rows of runs: name, labels, annotations and Tekton's own columns. Of a run with ten variables that Tekton has ended a
 * row was 1.2 KB where the object is 7.1 KB, or 3.2 KB of 9.1 KB while Kubernetes keeps who wrote which field.
 */
export async function listRuns(
  connection: Connection,
  space: string,
  filter: RunFilter,
  page: Page,
): Promise<RunPage> {
  const { metadata, columnDefinitions, rows } = v.parse(Table, await table(connection, space, filter, page));
  const status = columnDefinitions.findIndex(({ name }) => name === 'Succeeded');
  const reason = columnDefinitions.findIndex(({ name }) => name === 'Reason');
  const items = (rows ?? []).flatMap(
    ({ cells, object }) => toRunRow(object.metadata, conditionOf(cells[status], cells[reason])) ?? [],
  );
  return {
    items,
    next: metadata.continue || undefined,
    here: page.after ?? `${AT}${metadata.resourceVersion}`,
  };
}

/** A part of names alone: 90 bytes each. */
const NAMES = 5_000;

const Names = v.object({
  metadata: v.object({ continue: v.optional(v.string()) }),
  rows: v.nullish(v.array(v.unknown())),
});

/** Whether there are more runs than so many. It reads no further than it must to know. */
export async function runsExceed(
  connection: Connection,
  space: string,
  filter: RunFilter,
  count: number,
): Promise<boolean> {
  let left = count;
  let after: string | undefined;
  do {
    const page = { limit: Math.min(left + 1, NAMES), after };
    const { metadata, rows } = v.parse(
      Names,
      await table(connection, space, filter, page, { includeObject: 'None' }),
    );
    left -= (rows ?? []).length;
    after = metadata.continue || undefined;
  } while (left >= 0 && after !== undefined);
  return left < 0;
}

async function table(
  { core }: Connection,
  space: string,
  filter: RunFilter,
  page: Page,
  more: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const query = new URLSearchParams({ labelSelector: selectorOf(filter), ...parametersOf(page), ...more });
  const path = `/apis/tekton.dev/v1/namespaces/${space}/pipelineruns?${query}`;
  const { status, text } = await core({ method: 'GET', path, accept: AS_TABLE });
  if (status === 200) return JSON.parse(text);
  throw domainErrorOf(failureOf(status, text), { space, what: 'Tasks' });
}

/** Begins the name of a first part, for which Kubernetes has no token: its resourceVersion follows. */
const AT = '@';

function parametersOf({ limit, after }: Page): Record<string, string> {
  const size = { limit: String(limit) };
  if (after === undefined) return size;
  const [, resourceVersion] = /^@(\d+)$/.exec(after) ?? [];
  if (resourceVersion === undefined) return { ...size, continue: after };
  return { ...size, resourceVersion, resourceVersionMatch: 'Exact' };
}

/** The values are names that were checked at the edge: none can add a condition of its own. */
function selectorOf({ app, job, jobs, id, untold }: RunFilter): string {
  const labels = {
    [LABEL.managedBy]: MANAGED_BY,
    // Builds are runs too.
    [LABEL.component]: 'task',
    [LABEL.app]: app,
    [LABEL.job]: job,
    [LABEL.taskId]: id,
  };
  const given = Object.entries(labels).filter(([, value]) => value !== undefined);
  const selectors = given.map(([label, value]) => `${label}=${value}`);
  return [
    ...selectors,
    ...(jobs === undefined ? [] : [`${LABEL.job} in (${jobs.join(',')})`]),
    ...(untold === true ? [`!${LABEL.told}`] : []),
  ].join(',');
}

const conditionOf = (status: unknown, reason: unknown): Condition | undefined =>
  status === 'True' || status === 'False' || status === 'Unknown'
    ? { status, reason: typeof reason === 'string' ? reason : undefined }
    : undefined;
