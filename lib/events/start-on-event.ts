import type { App } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { defaultStart } from '../apps/start-command.ts';
import type { Builds } from '../builds/builds.ts';
import type { Job } from '../jobs/job.ts';
import { type ReplacePorts, stopRuns } from '../jobs/replace-runs.ts';
import { conflict } from '../platform/errors.ts';
import { eventSecretName } from '../platform/names.ts';
import { nextRun } from '../tasks/concurrency-policy.ts';
import { EVENT_KEY, type TaskEvent } from '../tasks/event.ts';
import { listUnreportedRuns } from '../tasks/list.ts';
import { type AdmitPorts, admitIfCapacity } from '../tasks/queueing.ts';
import type { RunSecrets } from '../tasks/runs.ts';
import { newTaskSpec, resolveImage } from '../tasks/spec.ts';
import { startForEvent } from '../tasks/start.ts';
import { isActive, type RunRecord } from '../tasks/task.ts';

/** Ports of starting a task on an event. */
export type StartOnEventPorts = ReplacePorts &
  AdmitPorts & {
    readonly apps: Apps;
    readonly builds: Builds;
    readonly secrets: RunSecrets;
    readonly random: (bytes: number) => Uint8Array;
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

/** Condition of a queued run that Tekton has not reconciled yet. */
const QUEUED = { status: 'Unknown', reason: 'PipelineRunPending' } as const;

/**
 * Admits the run if the concurrency policy and the capacity allow it. Each invocation lists the runs after it has created
 * its own, so two concurrent ones see each other: under Forbid both leave admission to the reconcile, which runs alone;
 * under Replace the newer run is admitted.
 */
async function admitEventRun(
  ports: StartOnEventPorts,
  app: App,
  job: Job,
  { name }: RunRecord,
): Promise<void> {
  const { concurrencyPolicy: policy } = job.spec;
  if (policy !== 'Always') {
    const rows = (await listUnreportedRuns(ports, job.space, { job: job.name }))
      .filter(({ ownerUid }) => ownerUid === job.uid)
      .map((row) => (row.name === name ? { ...row, condition: row.condition ?? QUEUED } : row));
    const { next, stops } = nextRun(rows, policy);
    const stopped = await stopRuns(ports, job.space, stops, TIMEOUT_MS);
    const isAlone = policy === 'Replace' || rows.every((row) => row.name === name || !isActive(row));
    if (next !== name || !isAlone || stopped === 'stillRunning') return;
  }
  await admitIfCapacity(ports, app, name);
}
