import type { Apps } from '../apps/apps.ts';
import type { ServiceAccounts } from '../apps/push.ts';
import type { Spaces } from '../apps/spaces.ts';
import type { Secrets } from '../apps/sync-bindings.ts';
import type { Building, Builds } from '../builds/builds.ts';
import type { Sources } from '../builds/source.ts';
import type { Bus } from '../events/publish.ts';
import type { EventStage } from '../events/trigger-rules.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Rules } from '../schedules/rules.ts';
import type { LogArchive, Logs } from '../tasks/log.ts';
import type { RunSecrets, Runs } from '../tasks/runs.ts';
import type { Log, Metrics } from './observability.ts';

/** What the actions need of the world. */
export type Ports = {
  readonly apps: Apps;
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly builds: Builds;
  readonly logs: Logs;
  /** Absent where the stage names no place for logs. */
  readonly archive?: LogArchive | undefined;
  readonly secrets: Secrets & RunSecrets;
  readonly serviceAccounts: ServiceAccounts;
  /** The reader alone has the right to list them. */
  readonly spaces: Spaces;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
  /** Cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** What the actions need that write rules: only their functions have the right to, and the SDK for it. */
export type SchedulingPorts = Ports & {
  readonly rules: Rules;
  /** The stage whose rules these are, and how many it may have. */
  readonly stage: EventStage & { readonly maxRules: number };
};

/** What starts builds needs; `building` is absent where the stage builds nothing. */
export type BuildingPorts = Ports & { readonly building?: Building | undefined };

/** What taking uploads needs; `uploads` is absent where the stage builds nothing. */
export type UploadingPorts = Ports & {
  readonly uploads?: { readonly sources: Sources; readonly mostBytes: number } | undefined;
};

/** What the reconcile needs: it alone tells the world what happened. */
export type ReconcilingPorts = SchedulingPorts & BuildingPorts & { readonly bus: Bus };

/** What the function needs that starts a task for an event. */
export type FiringPorts = Ports & { readonly stage: EventStage };
