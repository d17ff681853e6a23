import { momentOfFire } from '../domain/due-runs.ts';
import type { Ports } from '../ports.ts';
import type { Fired } from './fired.ts';
import { runDue } from './run-due.ts';

/** How long a fire waits, under Replace, for the tasks before it to stop; then the reconcile goes on. */
const PATIENCE_MS = 20_000;

export type FireJob = {
  readonly space: string;
  readonly job: string;
  /** The minute that the rule fired for. */
  readonly time: Date;
};

/** A fire of a rule: a wake-up call, which asks what is due. Late, twice and for nothing are all one. */
export const fireJob = (ports: Ports, { space, job, time }: FireJob): Promise<readonly Fired[]> =>
  runDue(ports, { space, job, moment: momentOfFire(ports.now(), time), patienceMs: PATIENCE_MS });
