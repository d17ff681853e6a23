import { randomBytes } from 'node:crypto';
import type { App, AppSpec, BrokenApp } from '../../lib/domain/app.ts';
import type { Credentials } from '../../lib/domain/bindings.ts';
import { conflict, notFound } from '../../lib/domain/errors.ts';
import { TASK_SERVICE_ACCOUNT } from '../../lib/domain/labels.ts';
import type { Apps, Ports, SecretOwner, Secrets } from '../../lib/ports.ts';
import { type MemoryPods, memoryLogs } from './memory-logs.ts';
import { type MemoryRuns, memoryRuns } from './memory-runs.ts';
import { pageOf } from './page-of.ts';

export const SPACE = 'team-a';
const CREATED_AT = '2026-11-24T21:00:00Z';

/** An app as it stands in the cluster. */
export const appOf = (name: string, spec: Partial<AppSpec> = {}): App => ({
  space: SPACE,
  name,
  uid: `uid-of-${name}`,
  createdAt: CREATED_AT,
  spec: { image: 'registry.example/billing:1', ...spec },
});

/** What is in the cluster before the first call. */
export type World = {
  readonly apps?: readonly (App | BrokenApp)[];
  readonly secrets?: Readonly<Record<string, Credentials>>;
  /** Service accounts of the space with their labels. */
  readonly serviceAccounts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Bytes that are handed out in place of random ones, the same at each call. */
  readonly random?: Ports['random'];
};

/** The ports over this process's memory: what is written can be read. */
export type MemoryPorts = Ports & {
  readonly runs: MemoryRuns;
  readonly pods: MemoryPods;
  /** Secrets by name. */
  readonly stored: Map<string, Credentials>;
  /** The apps that own Secrets, by the Secret's name; one that is not here belongs to nobody. */
  readonly owners: Map<string, Exclude<SecretOwner, 'other'>>;
  readonly logged: { readonly level: string; readonly message: string; readonly fields: unknown }[];
};

/** A cluster in memory with one space. */
export function memoryPorts(world: World = {}): MemoryPorts {
  const stored = new Map(Object.entries(world.secrets ?? {}));
  const accounts = new Map(Object.entries(world.serviceAccounts ?? {}));
  const owners: MemoryPorts['owners'] = new Map();
  const logged: MemoryPorts['logged'] = [];
  const pods: MemoryPods = new Map();
  // Waiting takes no time of the test's: only this clock goes on.
  let clock = Date.parse(CREATED_AT);
  return {
    apps: memoryApps(world.apps ?? []),
    runs: memoryRuns(),
    pods,
    logs: memoryLogs(pods),
    secrets: memorySecrets(stored, owners),
    stored,
    owners,
    serviceAccounts: {
      allowsTasks: async (_space, name) => accounts.get(name)?.[TASK_SERVICE_ACCOUNT] === 'true',
    },
    now: () => new Date(clock),
    wait: async (ms) => {
      clock += ms;
    },
    random: world.random ?? randomBytes,
    log: (level, message, fields) => logged.push({ level, message, fields }),
    logged,
  };
}

function memoryApps(given: readonly (App | BrokenApp)[]): Apps {
  const apps = new Map(given.map((app) => [app.name, app]));
  const missing = (space: string, name: string) => notFound(`App "${name}" is not in space "${space}".`);
  return {
    async get(space, name) {
      const app = apps.get(name);
      if (app === undefined || !('spec' in app)) throw missing(space, name);
      return app;
    },
    uid: async (_space, name) => apps.get(name)?.uid,
    list: async (_space, page) => pageOf([...apps.values()], page),
    async put(space, name, spec) {
      const old = apps.get(name);
      const app = { ...appOf(name), uid: old?.uid ?? `uid-${apps.size}-of-${name}`, space, spec };
      apps.set(name, app);
      return { app, created: old === undefined };
    },
    async delete(space, name) {
      if (!apps.delete(name)) throw missing(space, name);
    },
  };
}

const memorySecrets = (stored: MemoryPorts['stored'], owners: MemoryPorts['owners']): Secrets => ({
  find: async (_space, name) => stored.get(name),
  owner: async (_space, name) => (stored.has(name) ? (owners.get(name) ?? 'other') : undefined),
  put: async ({ name: app, uid }, name, data) => {
    if (stored.has(name) && owners.get(name)?.uid !== uid) throw conflict(`Secret "${name}" is in the way.`);
    stored.set(name, data);
    owners.set(name, { app, uid });
  },
});
