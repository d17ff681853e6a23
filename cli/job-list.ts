import * as v from 'valibot';
import { Job } from './api/responses.ts';
import { jobColumns } from './columns.ts';
import { listAll } from './list.ts';
import { showList } from './output.ts';
import type { Column } from './table.ts';
import type { Context, ParsedArgs } from './verb.ts';

/** Lists the jobs that match `query`, for `jobs`, `job-schedules` and `triggers`. */
export async function showJobs(
  context: Context,
  given: ParsedArgs,
  query: Readonly<Record<string, string | undefined>>,
  columnsAt: (now: Date) => readonly Column<Job>[] = jobColumns,
): Promise<undefined> {
  const request = { method: 'GET', path: ['jobs'], query } as const;
  const raw = await listAll(context.client, request, given.count('limit'));
  const items = v.parse(v.array(Job), raw);
  await showList(context, given, { items, raw, columns: columnsAt(context.now()) });
}
