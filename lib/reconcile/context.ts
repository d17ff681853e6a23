import type { App, InvalidApp } from '../apps/app.ts';
import type { Secrets } from '../apps/bindings.ts';
import type { Building } from '../builds/builds.ts';
import type { StartBuildPorts } from '../builds/start.ts';
import type { PublishPorts } from '../events/publish.ts';
import type { InvalidJob, Job } from '../jobs/job.ts';
import type { RunDuePorts } from '../jobs/run-due.ts';
import type { Counters, WorkOutcome } from '../platform/counters.ts';
import type { RuleRecord } from '../schedules/rules.ts';
import type { SyncPorts } from '../schedules/sync.ts';

/** Ports of a reconcile. */
export type ReconcilePorts = StartBuildPorts &
  SyncPorts &
  RunDuePorts &
  Omit<PublishPorts, 'counters' | 'written'> & {
    readonly secrets: Secrets;
    readonly building?: Building | undefined;
  };

/** Context of one reconcile, which all of its parts share. */
export type ReconcileContext = {
  readonly ports: ReconcilePorts;
  readonly counters: Counters;
  /** Time of the plan: of the start, so that each job sees the same minute. */
  readonly now: Date;
  /** Apps by {@link namespacedName}; absent when they could not be listed: then no app is known to be missing. */
  readonly apps: ReadonlyMap<string, App | InvalidApp> | undefined;
  /** Jobs whose ends or silence this reconcile wrote last, by uid. */
  readonly written: Map<string, Job | InvalidJob>;
  /** Rules by name; absent when EventBridge is out of reach. */
  readonly rules: ReadonlyMap<string, RuleRecord> | undefined;
  /** Names of the rules that exist or are being created by this reconcile; absent when `rules` is. */
  readonly taken: Set<string> | undefined;
  /** Rules that the jobs which are planned so far leave to the others. */
  readonly quota: RuleQuota;
};

/** Jobs that may still get rules, and rules above the limit. */
export type RuleQuota = { room: number; excess: number };

/** A unit of work, isolated from others. */
export type Work = () => Promise<WorkOutcome>;

/** Key of an object in the cluster: `namespace/name`. */
export const namespacedName = ({ space, name }: { readonly space: string; readonly name: string }): string =>
  `${space}/${name}`;

/** Ports of publishing events of one reconcile. */
export const publishPorts = ({ ports, counters, written }: ReconcileContext): PublishPorts => ({
  ...ports,
  counters,
  written,
});
