import type { App } from '../domain/app.ts';
import { DomainError } from '../domain/errors.ts';
import type { Claim, Job } from '../domain/job.ts';
import { late, readiness, started } from '../domain/job-conditions.ts';
import { defaultStart, type Start } from '../domain/start-command.ts';
import type { Ports } from '../ports.ts';
import type { FireOutcome, Step } from './fired.ts';
import { note, settle } from './settle.ts';
import { newNonce, startOccurrence } from './start-task.ts';
import { withImage } from './with-image.ts';

/** Who asked for a scheduled task. */
const REQUESTED_BY = 'schedule';

/** Starts the task of an occurrence and settles it. `claim`: it has one, and what it replaces has stopped. */
export async function runOccurrence(ports: Ports, job: Job, occurrence: Date, claim?: Claim): Promise<Step> {
  const found = await findApp(ports, job, occurrence);
  if ('step' in found) return found.step;
  const { app, start } = found;
  const order = {
    app,
    job,
    ...start,
    resources: job.spec.resources,
    requestedBy: REQUESTED_BY,
    requestedAt: ports.now(),
    nonce: newNonce(ports),
  };
  const run = await unlessRefused(() => startOccurrence(ports, order, occurrence));
  if ('refused' in run) {
    ports.metrics.add('TasksRefused', 1);
    await note(ports, job, late('Refused', occurrence, `is tried again each minute: ${run.refused}`));
    return { fired: { outcome: 'refused', occurrence } };
  }
  count(ports, run.outcome, occurrence);
  const { task } = run;
  const outcome = run.outcome === 'started' && claim?.replaces.length ? 'replaced' : run.outcome;
  const finding =
    outcome === 'nameTaken'
      ? late('NameTaken', occurrence, `was missed: another run has its name, "${task}".`)
      : started(occurrence);
  const missed = { oldest: occurrence, newest: occurrence, reason: 'NameTaken' } as const;
  const settled = await settle(ports, job, occurrence, finding, outcome === 'nameTaken' ? missed : undefined);
  if (settled === 'gone') return { fired: { outcome: 'jobGone', occurrence, task } };
  return { fired: { outcome, occurrence, task }, job: settled };
}

const METRIC = {
  started: 'TasksStarted',
  alreadyStarted: 'TasksRepeated',
  nameTaken: 'TasksMissed',
} as const;

function count({ metrics, now }: Ports, outcome: keyof typeof METRIC, occurrence: Date): void {
  metrics.add(METRIC[outcome], 1);
  if (outcome === 'started')
    metrics.add('SecondsToStart', Math.max(now().getTime() - occurrence.getTime(), 0) / 1000);
}

/** The app of a job as its tasks need it, or the step that ends here because it can't run them. */
export async function findApp(
  ports: Ports,
  job: Job,
  occurrence: Date,
): Promise<{ readonly app: App; readonly start: Start } | { readonly step: Step }> {
  const app = await ports.apps.find(job.space, job.spec.app);
  if (app === undefined) return hindered(ports, job, 'appGone');
  // The reconcile has read an invalid app, and writes what is wrong with it.
  if (!('spec' in app)) return { step: { fired: { outcome: 'appInvalid' } } };
  const known = await unlessRefused(() => withImage(ports, app));
  if ('refused' in known) {
    await note(ports, job, late('NoImage', occurrence, `is tried again each minute: ${known.refused}`));
    return { step: { fired: { outcome: 'noImage', occurrence } } };
  }
  const start = defaultStart(known, job.spec);
  return start === undefined ? hindered(ports, job, 'noCommand', known) : { app: known, start };
}

async function hindered(
  ports: Ports,
  job: Job,
  outcome: FireOutcome,
  app?: App,
): Promise<{ readonly step: Step }> {
  await note(ports, job, readiness(job, app));
  return { step: { fired: { outcome } } };
}

/** A quota that is used up, or a webhook's no: the next minute may see it otherwise. */
async function unlessRefused<T>(start: () => Promise<T>): Promise<T | { readonly refused: string }> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.kind === 'unavailable' || error.kind === 'forbidden') throw error;
    return { refused: error.message };
  }
}
