import { isSameLine, type LinesBefore, type LogPage } from '../domain/log.ts';
import type { LogStart, Logs } from '../ports.ts';

/** A tail may begin within the second from which its cursor counts: the lines of that second before it, by a look back. */
export async function linesBefore(
  read: (start: LogStart) => ReturnType<Logs['read']>,
  { beginning, since }: LogPage,
): Promise<LinesBefore | undefined> {
  if (beginning === undefined || since === undefined) return undefined;
  const lines = await read({ since });
  if (typeof lines === 'string') return undefined;
  let newest = '';
  let count = 0;
  let alike = 0;
  // Of lines that are alike, one after another, the answer has the last: a coarse clock gives a burst one time.
  for await (const line of lines) {
    if (isSameLine(line, beginning.line)) alike += 1;
    else if (alike > 0) break;
    else count += 1;
    if (line.time > newest) newest = line.time;
  }
  return alike === 0 ? undefined : { count: count + alike - beginning.count, newest };
}
