import type { App } from '../domain/app.ts';
import { DomainError } from '../domain/errors.ts';
import { PAGE_SIZE, paginate, toArray } from '../domain/paginate.ts';
import { isActive } from '../domain/parking.ts';
import type { Ports, RunFilter, RunRow } from '../ports.ts';

/** The active runs that a filter means, and those that ended so short ago that nobody was told. */
export const untoldRuns = ({ runs }: Ports, space: string, filter: RunFilter): Promise<readonly RunRow[]> =>
  toArray(paginate((after) => runs.list(space, { ...filter, untold: true }, { limit: PAGE_SIZE, after })));

/**
 * Lets a run go that was just created parked, if all active runs of its app, other parked ones too, leave room for it.
 * So two that are created at once never both take the last place: then both wait for the reconcile, which lets the
 * oldest go within a minute. It does the same where this fails: the task is there, and the answer must say so.
 */
export async function releaseIfRoom(ports: Ports, app: App, name: string): Promise<void> {
  const { maxRunning } = app.spec;
  try {
    const others = (await untoldRuns(ports, app.space, { app: app.name })).filter(
      (row) => isActive(row) && row.name !== name,
    );
    if (maxRunning === undefined || others.length < maxRunning)
      await ports.runs.release(app.space, name, ports.now());
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    ports.log('warn', 'not released', { space: app.space, task: name, why: error.message });
  }
}
