import * as v from 'valibot';
import { Job } from './api/responses.ts';
import { jobColumns } from './columns.ts';
import { checkOwner, listAll } from './list.ts';
import { isTable, showList } from './output.ts';
import type { Column } from './table.ts';
import type { Context, ParsedArgs } from './verb.ts';

/** Lists the jobs that match `query`, for `jobs`, `job-schedules` and `triggers`. */
export async function showJobs(
  context: Context,
  given: ParsedArgs,
  query: Readonly<Record<string, string | undefined>>,
  columnsOf: (context: Context) => readonly Column<Job>[] = jobColumns,
): Promise<undefined> {
  // The API reads the tasks of the jobs for it, so only a table asks for it.
  const outcomes = isTable(given) ? '1' : undefined;
  const request = { method: 'GET', path: ['jobs'], query: { ...query, outcomes } } as const;
  const raw = await listAll(context.client, request, given.count('limit'));
  await checkOwner(context.client, raw, { apps: query.app });
  const items = v.parse(v.array(Job), raw);
  await showList(context, given, { items, raw, columns: columnsOf(context) });
}
