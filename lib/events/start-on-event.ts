import type { App } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import type { Builds } from '../builds/builds.ts';
import { resolveImage } from '../builds/current.ts';
import type { Job } from '../jobs/job.ts';
import { conflict, DomainError } from '../platform/errors.ts';
import { eventSecretName } from '../platform/names.ts';
import { EVENT_KEY, type TaskEvent } from '../tasks/event.ts';
import { type AdmitPorts, admitIfCapacity } from '../tasks/queueing.ts';
import type { RunSecrets } from '../tasks/runs.ts';
import { defaultStart, newTaskSpec, type SpecPorts } from '../tasks/spec.ts';
import { startForEvent } from '../tasks/start.ts';
import { isActive, type RunRecord } from '../tasks/task.ts';
import { type NextRunPorts, nextEventRun } from './next-run.ts';

/** Ports of starting a task on an event. */
export type StartOnEventPorts = NextRunPorts &
  AdmitPorts &
  SpecPorts & {
    readonly apps: Apps;
    readonly builds: Builds;
    readonly secrets: RunSecrets;
  };

/** `requestedBy` of the task of an event. */
const REQUESTED_BY = 'event';

/** Time in ms that Replace waits for earlier tasks to stop; afterwards the reconcile continues. */
const TIMEOUT_MS = 15_000;

type Outcome = { readonly outcome: 'started' | 'alreadyStarted'; readonly task: string };

/**
 * Starts the task of an event: creates the run, then the Secret with the event, which the run owns and its pod waits for.
 * After a crash in between, the next delivery (by Lambda, EventBridge or a redrive) finds the run and creates the Secret.
 * Without one the task is cancelled (`PendingTimeout`) and the event is in the dead-letter queue; a redrive starts a new
 * task. Throws `conflict` where neither job nor app has a command.
 */
export async function startOnEvent(
  ports: StartOnEventPorts,
  job: Job,
  event: TaskEvent,
  json: string,
): Promise<Outcome> {
  const app = await resolveImage(ports, await ports.apps.get(job.space, job.spec.app));
  const start = defaultStart(app, job.spec);
  if (start === undefined)
    throw conflict(`Neither job "${job.name}" nor app "${app.name}" has a command: give one of them one.`);
  const spec = newTaskSpec(ports, {
    ...{ app, job, start, requestedBy: REQUESTED_BY },
    queued: job.spec.concurrencyPolicy !== 'Always',
  });
  const { outcome, run } = await startForEvent(ports, spec, event);
  if (isActive(run)) {
    await ports.secrets.createOwned(run, eventSecretName(run.name), { [EVENT_KEY]: json });
    if (spec.queued) await admitEventRun(ports, app, job, run);
  }
  return { outcome, task: run.name };
}

/**
 * Admits the run if the concurrency policy and the capacity allow it. Each invocation lists the runs after it has created
 * its own, so two concurrent ones see each other: under Forbid both leave admission to the reconcile, which runs alone;
 * under Replace the newer run is admitted. A failure is logged, not thrown: the task and its event exist, the reconcile admits
 * it, and a dead letter of it would run again once the task is pruned.
 */
async function admitEventRun(
  ports: StartOnEventPorts,
  app: App,
  job: Job,
  { name }: RunRecord,
): Promise<void> {
  try {
    if (await isNext(ports, job, name)) await admitIfCapacity(ports, app, name);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    ports.log('warn', 'not admitted', { space: job.space, task: name, why: error.message });
  }
}

async function isNext(ports: StartOnEventPorts, job: Job, name: string): Promise<boolean> {
  const { concurrencyPolicy: policy } = job.spec;
  if (policy === 'Always') return true;
  const { next, rows } = await nextEventRun(ports, job, { own: name, timeoutMs: TIMEOUT_MS });
  return next === name && (policy === 'Replace' || rows.every((row) => row.name === name || !isActive(row)));
}
