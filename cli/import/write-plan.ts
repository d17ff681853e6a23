import { writeFile } from 'node:fs/promises';
import { messageOf, UsageError } from '../errors.ts';
import { manifestJobOf } from '../manifest-text.ts';
import { serialized } from '../output.ts';
import { type Imported, type Planned, problemOf, rowOf } from './planned.ts';

/**
 * Writes planned jobs, each under its app, as a manifest for `apply` into a new file. Those that the API would reject are left
 * out. Sends no request. Throws a usage error where the file exists or can't be written.
 */
export async function writePlan(path: string, plans: readonly Planned[]): Promise<readonly Imported[]> {
  const rows = plans.map((planned) => {
    const problem = 'problem' in planned ? planned.problem : problemOf(planned.body);
    return problem === undefined ? rowOf(planned, 'written') : rowOf(planned, 'rejected', problem);
  });
  const bodies = plans.flatMap((planned, at) =>
    'body' in planned && rows[at]?.result === 'written' ? [{ name: planned.name, ...planned.body }] : [],
  );
  const applications = [...new Set(bodies.map(({ app }) => app))].map((name) => ({
    name,
    jobs: bodies.filter(({ app }) => app === name).map(manifestJobOf),
  }));
  const text = await serialized('yaml', { applications });
  await writeFile(path, text, { flag: 'wx' }).catch((error: unknown) => {
    throw new UsageError(`${path} can't be written as a new file: ${messageOf(error)}.`);
  });
  return rows;
}
