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

/** Who asked for the task of an event. */
const REQUESTED_BY = 'event';

/** How long Replace waits for the tasks before it to stop; then the reconcile goes on. */
const TIMEOUT_MS = 15_000;

type Outcome = { readonly outcome: 'started' | 'alreadyStarted'; readonly task: string };

/**
 * Starts the task of an event: first the run, then the Secret with the event, which the run owns and its pod waits for.
 * Cut in between, the next delivery (Lambda's, EventBridge's, or of the dead-letter queue) finds the run and makes the
 * Secret. If none comes, the task ends as one that can't start (`PendingTimeout`), and the event lies in the
 * dead-letter queue; sent again from there, it becomes a new task.
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

/** What Tekton says of a parked run once it has seen it, which takes it a moment. */
const QUEUED = { status: 'Unknown', reason: 'PipelineRunPending' } as const;

/**
 * Lets the run go if it is its turn and there is room. Each looks after it has made its own run, so two that come at once
 * see each other: under Forbid both then leave it to the reconcile, which is one alone; under Replace the newer one goes.
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
