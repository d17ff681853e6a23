import { resolveImage } from '../builds/current.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { DomainError } from '../platform/errors.ts';
import { PAGE_SIZE, paginate } from '../platform/paginate.ts';
import type { RunTaskPorts } from '../tasks/run.ts';
import type { RunRow, Runs } from '../tasks/runs.ts';
import { newTaskSpec, startCommandOf } from '../tasks/spec.ts';
import { startOccurrence } from '../tasks/start.ts';
import { type BackfillPlan, type BackfillRequest, type PlannedRun, planBackfill } from './backfill-plan.ts';
import { type Job, validJob } from './job.ts';
import type { Jobs } from './jobs.ts';
import { withoutCommand } from './list.ts';

/** Ports of a backfill. */
export type BackfillPorts = RunTaskPorts & { readonly jobs: Jobs };

export type Backfill = Omit<BackfillRequest, 'again'> & {
  readonly space: string;
  readonly job: string;
  readonly again?: boolean | undefined;
  /** Only plans it. */
  readonly dryRun?: boolean | undefined;
  readonly requestedBy: string;
};

/** Run of an occurrence. `remaining`: there was no time for it; `nameTaken`: a run that is not the job's has its name. */
type BackfilledRun = {
  readonly occurrence: Date;
  readonly task: string;
  readonly outcome: 'created' | 'kept' | 'scheduled' | 'needsAgain' | 'nameTaken' | 'remaining';
};

export type Backfilled = Omit<BackfillPlan, 'runs'> & { readonly runs: readonly BackfilledRun[] };

/** Time in ms after which no more runs are created: the gateway waits for 30 s. */
const CREATE_MS = 18_000;

/**
 * Creates the runs of a job's occurrences in a period, each under its own name, so that what ran and is kept does not run again.
 * They are queued, and the reconcile admits them. Idempotent: cut anywhere, a repeat creates the rest; a run whose Job is
 * deleted meanwhile is deleted with it. The Job is not written. Throws `notFound`, `conflict` for a job or an app that can't
 * run, what {@link planBackfill} throws, and what the cluster refuses, with how many runs were created before.
 */
export async function backfill(
  ports: BackfillPorts,
  { space, job: name, again = false, dryRun = false, requestedBy, ...request }: Backfill,
): Promise<Backfilled> {
  const startedAt = ports.now();
  const job = validJob(await ports.jobs.get(space, name));
  const app = await resolveImage(ports, await ports.apps.get(space, job.spec.app));
  const start = startCommandOf(app, {}, job.spec);
  const { runs, ...plan } = planBackfill(job, await runsOf(ports, job), { ...request, again }, startedAt);
  if (dryRun) return { ...plan, runs: runs.map((run) => toOutcome(run, 'created')) };

  const create = async ({ occurrence, isOlder }: PlannedRun): Promise<'created' | 'kept' | 'nameTaken'> => {
    const spec = newTaskSpec(ports, { app, job, start, requestedBy, queued: true });
    const mark = { maxRunning: plan.maxRunning, ...(isOlder ? ({ again: true } as const) : {}) };
    const { outcome } = await startOccurrence(ports, { ...spec, backfill: mark }, occurrence);
    if (outcome === 'started') ports.metrics.add('TasksStarted', 1);
    return OUTCOME[outcome];
  };
  const until = startedAt.getTime() + CREATE_MS;
  return { ...plan, runs: await createEach(runs, create, () => ports.now().getTime() < until) };
}

const OUTCOME = { started: 'created', alreadyStarted: 'kept', nameTaken: 'nameTaken' } as const;

const toOutcome = (
  { occurrence, task, action }: PlannedRun,
  created: BackfilledRun['outcome'],
): BackfilledRun => ({ occurrence, task, outcome: action === 'create' ? created : action });

/**
 * Creates runs while there is time. After one that is refused no other is begun. The oldest one is there before the others are
 * begun: a repeat, or a request beside this one, would take an older occurrence than all that it sees for one that was pruned.
 */
async function createEach(
  runs: readonly PlannedRun[],
  create: (run: PlannedRun) => Promise<'created' | 'kept' | 'nameTaken'>,
  hasTime: () => boolean,
): Promise<readonly BackfilledRun[]> {
  let refused: DomainError | undefined;
  const attempt = async (run: PlannedRun): Promise<BackfilledRun> => {
    if (run.action !== 'create') return toOutcome(run, 'created');
    if (refused !== undefined || !hasTime()) return toOutcome(run, 'remaining');
    try {
      return toOutcome(run, await create(run));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refused ??= error;
      return toOutcome(run, 'remaining');
    }
  };
  const results: BackfilledRun[] = [];
  for (const run of runs) {
    results.push(await attempt(run));
    if (run.action === 'create' && results.at(-1)?.outcome !== 'nameTaken') break;
  }
  results.push(...(await mapConcurrent(runs.slice(results.length), attempt)));
  if (refused === undefined) return results;
  const created = results.filter(({ outcome }) => outcome === 'created').length;
  const rest = results.filter(({ outcome }) => outcome === 'remaining').length;
  throw new DomainError(
    refused.kind,
    `${refused.message} ${created} runs were created and ${rest} not: the same request creates the rest.`,
    refused.fields,
  );
}

/** Runs that have the label of a job, of others too. */
async function runsOf({ runs }: { readonly runs: Runs }, { space, name }: Job): Promise<readonly RunRow[]> {
  const found: RunRow[] = [];
  const pages = paginate((after) => runs.list(space, { job: name }, { limit: PAGE_SIZE, after }));
  for await (const page of pages) found.push(...page.map(withoutCommand));
  return found;
}
