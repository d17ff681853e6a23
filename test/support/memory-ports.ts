import { randomBytes } from 'node:crypto';
import { toAllowedPlacement } from '../../lib/apps/allowed-placement.ts';
import type { App, AppSpec, InvalidApp } from '../../lib/apps/app.ts';
import type { Credentials, SecretOwner, Secrets } from '../../lib/apps/bindings.ts';
import type { Spaces } from '../../lib/apps/list.ts';
import { toAllowed } from '../../lib/apps/parameters.ts';
import type { PushPorts } from '../../lib/apps/push.ts';
import type { UploadPorts } from '../../lib/builds/upload.ts';
import type { EventStage } from '../../lib/events/trigger-rules.ts';
import type { InvalidJob, Job, JobSpec, JobStatus } from '../../lib/jobs/job.ts';
import { conflict } from '../../lib/platform/errors.ts';
import { TASK_SERVICE_ACCOUNT } from '../../lib/platform/labels.ts';
import { embeddedMetrics } from '../../lib/platform/metrics.ts';
import type { ReconcilePorts } from '../../lib/reconcile/context.ts';
import type { LogPorts } from '../../lib/tasks/logs.ts';
import type { RunSecrets } from '../../lib/tasks/runs.ts';
import { type MemoryEnvironment, reachOf, type Switches } from './environment.ts';
import { memoryApps } from './memory-apps.ts';
import { type MemoryBuilds, memoryBuilds } from './memory-builds.ts';
import { type MemoryBus, memoryBus } from './memory-bus.ts';
import { type MemoryJobs, memoryJobs } from './memory-jobs.ts';
import { type MemoryPods, memoryLogs } from './memory-logs.ts';
import { type MemoryRules, memoryRules } from './memory-rules.ts';
import { type MemoryRuns, memoryRuns } from './memory-runs.ts';

export const SPACE = 'team-a';
const CREATED_AT = '2026-11-24T21:00:00Z';

/** An app as it stands in the cluster. */
export const appOf = (name: string, spec: Partial<AppSpec> = {}): App => ({
  space: SPACE,
  name,
  uid: `uid-of-${name}`,
  createdAt: CREATED_AT,
  pushes: [],
  spec: { image: 'registry.example/billing:1', ...spec },
});

/** A job of the app `billing` as it stands in the cluster. */
export const jobOf = (name: string, spec: Partial<JobSpec> = {}, status: Partial<JobStatus> = {}): Job => ({
  space: SPACE,
  name,
  uid: `uid-of-${name}`,
  version: '0',
  generation: 1,
  createdAt: CREATED_AT,
  deleting: false,
  spec: { app: 'billing', command: 'bin/report', concurrencyPolicy: 'Always', suspend: false, ...spec },
  status: { conditions: [], ...status },
});

/** Contents of the cluster before the first call. */
export type TestContext = {
  /** The open namespaces, the one of the apps and jobs if not given. */
  readonly spaces?: readonly string[];
  readonly apps?: readonly (App | InvalidApp)[];
  readonly jobs?: readonly (Job | InvalidJob)[];
  /** Limit of the stage's rules, 100 by default. */
  readonly maxRules?: number;
  /** Event sources that spaces may listen to; by default only their own events. */
  readonly sources?: EventStage['sources'];
  readonly secrets?: Readonly<Record<string, Credentials>>;
  /** Secrets that are tokens of service accounts. */
  readonly tokens?: readonly string[];
  /** Service accounts of the space with their labels. */
  readonly serviceAccounts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Annotations of the parameters of the admission policies. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Annotations of the namespace of each space. */
  readonly namespace?: Readonly<Record<string, string>>;
  /** Bytes that are handed out in place of random ones, the same at each call. */
  readonly random?: AllPorts['random'];
};

/** Ports of every function but cleanup. */
export type AllPorts = ReconcilePorts & PushPorts & LogPorts & UploadPorts & { readonly spaces: Spaces };

/** Ports over objects in memory. */
export type MemoryPorts = AllPorts & {
  readonly jobs: MemoryJobs;
  readonly rules: MemoryRules;
  readonly bus: MemoryBus;
  readonly runs: MemoryRuns;
  readonly builds: MemoryBuilds;
  readonly pods: MemoryPods;
  /** Puts the cluster out of reach, or closes spaces. */
  readonly cluster: Switches;
  setClock(now: Date): void;
  /** Secrets by name. */
  readonly stored: Map<string, Credentials>;
  /** Apps that own Secrets, by the Secret's name; a missing one has no owner. */
  readonly owners: Map<string, Exclude<SecretOwner, 'other'>>;
  readonly logged: { readonly level: string; readonly message: string; readonly fields: unknown }[];
};

/** A cluster in memory, and a bus. */
export function memoryPorts(context: TestContext = {}): MemoryPorts {
  const stored = new Map(Object.entries(context.secrets ?? {}));
  const accounts = new Map(Object.entries(context.serviceAccounts ?? {}));
  const owners: MemoryPorts['owners'] = new Map();
  const logged: MemoryPorts['logged'] = [];
  const pods: MemoryPods = new Map();
  const { maxRules = 100, sources = {} } = context;
  const stage = { service: 'taskbridge', stage: 'test', maxRules, sources, busName: 'taskbridge-test' };
  // Waiting takes no time of the test's: only this clock goes on.
  let clock = Date.parse(CREATED_AT);
  const now = () => new Date(clock);
  const cluster: Switches = { outOfReach: false, closed: new Set() };
  const around: MemoryEnvironment = { space: SPACE, now, reach: reachOf(cluster) };
  const runs = memoryRuns(around, pods);
  const jobs = memoryJobs(context.jobs ?? [], around, runs.collect);
  const collect = (app: string): void => {
    runs.collect(app);
    jobs.collect(app);
  };
  return {
    apps: memoryApps(context.apps ?? [], around, collect),
    jobs,
    rules: memoryRules(stage),
    bus: memoryBus(),
    stage,
    runs,
    builds: memoryBuilds(around),
    pods,
    cluster,
    logs: memoryLogs(pods),
    secrets: memorySecrets(stored, owners, context.tokens ?? []),
    stored,
    owners,
    parameters: {
      allowedIn: async (space) => toAllowed(context.parameters ?? {}, space),
      placementIn: async () => toAllowedPlacement(context.namespace ?? {}),
    },
    serviceAccounts: {
      allowsTasks: async (_space, name) => accounts.get(name)?.[TASK_SERVICE_ACCOUNT] === 'true',
    },
    spaces: { list: async () => context.spaces ?? [SPACE] },
    now,
    setClock: (date) => {
      clock = date.getTime();
    },
    wait: async (ms) => {
      clock += ms;
    },
    random: context.random ?? randomBytes,
    log: (level, message, fields) => logged.push({ level, message, fields }),
    metrics: embeddedMetrics('taskbridge-test', now),
    logged,
  };
}

const memorySecrets = (
  stored: MemoryPorts['stored'],
  owners: MemoryPorts['owners'],
  tokens: readonly string[],
): Secrets & RunSecrets => ({
  isWithheld: async (_space, name) => tokens.includes(name),
  find: async (_space, name) => stored.get(name),
  owner: async (_space, name) => (stored.has(name) ? (owners.get(name) ?? 'other') : undefined),
  createOwned: async (_run, name, data) => {
    if (stored.has(name)) return 'exists';
    stored.set(name, data);
    return 'made';
  },
  delete: async (_space, name) => {
    stored.delete(name);
  },
  put: async ({ name: app, uid }, name, data) => {
    if (stored.has(name) && owners.get(name)?.uid !== uid) throw conflict(`Secret "${name}" is in the way.`);
    stored.set(name, data);
    owners.set(name, { app, uid });
  },
});
