import type { App, InvalidApp } from '../apps/app.ts';
import type { Secrets } from '../apps/sync-bindings.ts';
import type { Building } from '../builds/builds.ts';
import type { StartBuildPorts } from '../builds/start.ts';
import type { PublishPorts } from '../events/publish.ts';
import type { RunDuePorts } from '../jobs/run-due.ts';
import type { Counters } from '../platform/counters.ts';
import type { RuleRecord } from '../schedules/rules.ts';
import type { SyncPorts } from '../schedules/sync.ts';

/** Ports of a reconcile. */
export type ReconcilePorts = StartBuildPorts &
  SyncPorts &
  RunDuePorts &
  Omit<PublishPorts, 'counters'> & { readonly secrets: Secrets; readonly building?: Building | undefined };

/** What a part of the reconcile works with. */
export type ReconcileContext = {
  readonly ports: ReconcilePorts;
  readonly counters: Counters;
  /** By {@link keyOf}; absent when they could not be listed: of no app is known whether it is there. */
  readonly apps: ReadonlyMap<string, App | InvalidApp> | undefined;
  /** By name; absent when EventBridge is out of reach. */
  readonly rules: ReadonlyMap<string, RuleRecord> | undefined;
  /** Names of the rules that there are or that are being made, as this round goes on; absent as `rules` is. */
  readonly taken: Set<string> | undefined;
};

/** A key that names an app of the cluster. */
export const namespacedName = ({ space, name }: { readonly space: string; readonly name: string }): string =>
  `${space}/${name}`;
