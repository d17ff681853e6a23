import type { Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { isHeld } from '../jobs/lease.ts';
import { type ReplacePorts, stopRuns } from '../jobs/replace-runs.ts';
import { nextRun } from '../tasks/concurrency-policy.ts';
import { listUnreportedRuns } from '../tasks/list.ts';
import type { RunRow } from '../tasks/runs.ts';

/** Ports of selecting the next run of a job's events. */
export type NextRunPorts = ReplacePorts & { readonly jobs: Jobs };

/** Condition of a queued run that Tekton has not reconciled yet. */
const QUEUED = { status: 'Unknown', reason: 'PipelineRunPending' } as const;

type Options = {
  /** Run that the caller has just created as queued. */
  readonly own?: string;
  /** Longest wait for tasks to stop under Replace, in ms. */
  readonly timeoutMs: number;
};

/**
 * Event's run that the policy of a job lets start now, once those that it replaces have stopped, and the runs of the job.
 * While an occurrence holds the lease there is none. The lease is read before the runs are listed, as an occurrence lists
 * them after it has written its lease: of an occurrence and a queued run of one moment, one sees the other.
 */
export async function nextEventRun(
  ports: NextRunPorts,
  { space, name, uid, spec: { concurrencyPolicy: policy } }: Job,
  { own, timeoutMs }: Options,
): Promise<{ readonly next?: string | undefined; readonly rows: readonly RunRow[] }> {
  const current = await ports.jobs.find(space, name);
  if (policy === 'Always' || current === undefined || isHeld(current)) return { rows: [] };
  const rows = (await listUnreportedRuns(ports, space, { job: name }))
    .filter(({ ownerUid }) => ownerUid === uid)
    .map((row) => (row.name === own ? { ...row, condition: row.condition ?? QUEUED } : row));
  const { next, stops } = nextRun(rows, policy);
  const stopped = await stopRuns(ports, space, stops, timeoutMs);
  return stopped === 'stillRunning' ? { rows } : { next, rows };
}
