import type { App, InvalidApp } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import type { Builds } from '../builds/builds.ts';
import { resolveImage } from '../builds/current.ts';
import { DomainError } from '../platform/errors.ts';
import { laterTaskId } from '../platform/names.ts';
import type { Metrics } from '../platform/observability.ts';
import { defaultStart, newTaskSpec, type Start } from '../tasks/spec.ts';
import { type StartPorts, startOccurrence } from '../tasks/start.ts';
import { runsOfApp } from './completion.ts';
import { late, started } from './conditions.ts';
import type { Job, Lease } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { NextStep, Outcome } from './occurrence-result.ts';
import { recordStarted, setCondition, updateConditions } from './status.ts';

/** Ports of starting the task of an occurrence. */
export type RunOccurrencePorts = StartPorts & {
  readonly apps: Apps;
  readonly jobs: Jobs;
  readonly builds: Builds;
};

/** Requester of a scheduled task. */
const REQUESTED_BY = 'schedule';

/** Starts the task of an occurrence and records it. `lease`: its lease, if any; the runs that it replaces have stopped. */
export async function runOccurrence(
  ports: RunOccurrencePorts,
  job: Job,
  occurrence: Date,
  lease?: Lease,
): Promise<NextStep> {
  const found = await findApp(ports, job, occurrence);
  if ('step' in found) return found.step;
  const { app, start } = found;
  const run = await unlessRefused(() => startRun(ports, { job, app, start }, occurrence));
  if ('refused' in run) {
    ports.metrics.add('TasksRefused', 1);
    await setCondition(ports, job, late('Refused', occurrence, `is tried again each minute: ${run.refused}`));
    return { result: { outcome: 'refused', occurrence } };
  }
  count(ports, run.outcome, occurrence);
  const { task } = run;
  const outcome = run.outcome === 'started' && lease?.replaces.length ? 'replaced' : run.outcome;
  const update =
    outcome === 'nameTaken'
      ? late('NameTaken', occurrence, `was missed: another run has its name, "${task}".`)
      : started(occurrence);
  const missed = { oldest: occurrence, newest: occurrence, reason: 'NameTaken' } as const;
  const recorded = await recordStarted(
    ports,
    job,
    occurrence,
    update,
    outcome === 'nameTaken' ? missed : undefined,
  );
  if (recorded === 'gone') return { result: { outcome: 'jobGone', occurrence, task } };
  return { result: { outcome, occurrence, task }, job: recorded };
}

/** Starts the run of an occurrence. That of a temporary job belongs to the app, so that it stays when the job is removed. */
function startRun(
  ports: RunOccurrencePorts,
  { job, app, start }: { readonly job: Job; readonly app: App; readonly start: Start },
  occurrence: Date,
) {
  const task = { app, start, requestedBy: REQUESTED_BY };
  if (!runsOfApp(job)) return startOccurrence(ports, newTaskSpec(ports, { ...task, job }), occurrence);
  const { resources, env, timeout } = job.spec;
  const spec = newTaskSpec(ports, { ...task, own: { resources, env, timeout } });
  return startOccurrence(ports, spec, occurrence, laterTaskId(job.uid, occurrence));
}

const METRIC = {
  started: 'TasksStarted',
  alreadyStarted: 'TasksRepeated',
  nameTaken: 'TasksMissed',
} as const;

function count(
  { metrics, now }: { readonly now: () => Date; readonly metrics: Metrics },
  outcome: keyof typeof METRIC,
  occurrence: Date,
): void {
  metrics.add(METRIC[outcome], 1);
  if (outcome === 'started')
    metrics.add('SecondsToStart', Math.max(now().getTime() - occurrence.getTime(), 0) / 1000);
}

/** App of a job, with its image and start command, or the step that ends here because the app can't run tasks. */
export async function findApp(
  ports: RunOccurrencePorts,
  job: Job,
  occurrence: Date,
): Promise<{ readonly app: App; readonly start: Start } | { readonly step: NextStep }> {
  const app = await ports.apps.find(job.space, job.spec.app);
  if (app === undefined || app.deleting) return blocked(ports, job, 'appGone', app);
  if (!('spec' in app)) return blocked(ports, job, 'appInvalid', app);
  const known = await unlessRefused(() => resolveImage(ports, app));
  if ('refused' in known) {
    await setCondition(
      ports,
      job,
      late('NoImage', occurrence, `is tried again each minute: ${known.refused}`),
    );
    return { step: { result: { outcome: 'noImage', occurrence } } };
  }
  const start = defaultStart(known, job.spec);
  return start === undefined ? blocked(ports, job, 'noCommand', known) : { app: known, start };
}

async function blocked(
  ports: { readonly jobs: Jobs; readonly now: () => Date },
  job: Job,
  outcome: Outcome,
  app: App | InvalidApp | undefined,
): Promise<{ readonly step: NextStep }> {
  await updateConditions(ports, job, app);
  return { step: { result: { outcome } } };
}

/** Turns a refusal (a quota, a webhook) into a value: the next minute may succeed. Rethrows `unavailable` and `forbidden`. */
async function unlessRefused<T>(start: () => Promise<T>): Promise<T | { readonly refused: string }> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.kind === 'unavailable' || error.kind === 'forbidden') throw error;
    return { refused: error.message };
  }
}
