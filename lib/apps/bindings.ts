import { mapConcurrent } from '../platform/collections.ts';
import { conflict, DomainError } from '../platform/errors.ts';
import { bindingsSecretName } from '../platform/names.ts';
import type { App, AppConditionUpdate, Service } from './app.ts';
import type { Apps } from './apps.ts';

/** Values of a Secret by key, decoded from base64. */
export type Credentials = Readonly<Record<string, string>>;

/** Ports of writing the bindings of an app. */
export type BindingsPorts = {
  readonly apps: Apps;
  readonly secrets: Secrets;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
};

/** App that owns a Secret, which may be gone; `other` for a Secret that no App owns. */
export type SecretOwner = { readonly app: string; readonly uid: string } | 'other';

/** Port to the Secrets of bindings. */
export type Secrets = {
  /** Returns `undefined` when the Secret does not exist or is withheld. */
  find(space: string, name: string): Promise<Credentials | undefined>;
  /** True for a Secret that no app may be given: see {@link WITHHELD}. False when it does not exist. */
  isWithheld(space: string, name: string): Promise<boolean>;
  /** Returns `undefined` when the Secret does not exist. */
  owner(space: string, name: string): Promise<SecretOwner | undefined>;
  /** Creates the Secret with `owner` as its owner, or replaces its data. Throws `conflict` for one of another owner. */
  put(owner: App, name: string, data: Credentials): Promise<void>;
};

/** Secrets that no app may be given, in words. */
export const WITHHELD =
  'one that no app is given: a token of a service account, or a Secret of Taskbridge or of a run';

/** Credentials of each service by its name; `undefined` for a Secret that does not exist or that no app may be given. */
export type CredentialsByService = ReadonlyMap<string, Credentials | undefined>;

/** Reads the Secrets of the services, each once. */
export async function readCredentials(
  { secrets }: { readonly secrets: Secrets },
  space: string,
  services: readonly Service[],
): Promise<CredentialsByService> {
  const names = [...new Set(services.map(({ secretName }) => secretName))];
  const found = await mapConcurrent(names, async (name) => [name, await secrets.find(space, name)] as const);
  const bySecret = new Map(found);
  return new Map(services.map(({ name, secretName }) => [name, bySecret.get(secretName)]));
}

/** Time limit for the garbage collector, in ms. It usually takes a second. */
const MAX_WAIT_MS = 10_000;
const WAIT_MS = 250;

/**
 * Waits up to 10 s until the garbage collector has deleted the Secret of an earlier app of this name. Throws `conflict` for
 * a Secret that stays. Another client may still take the name before {@link writeBindings}, which checks again.
 */
export async function waitForSecretName(ports: BindingsPorts, space: string, app: string): Promise<void> {
  const name = bindingsSecretName(app);
  const deadline = ports.now().getTime() + MAX_WAIT_MS;
  for (;;) {
    const [owner, found] = await Promise.all([ports.secrets.owner(space, name), ports.apps.find(space, app)]);
    if (owner === undefined) return;
    if (owner === 'other' || owner.app !== app) {
      throw conflict(
        `Secret "${name}" is in the way: it is not app "${app}"'s. Delete or rename it, then push again.`,
      );
    }
    if (owner.uid === found?.uid) return;
    if (ports.now().getTime() >= deadline) {
      throw conflict(
        `Secret "${name}" of an earlier app "${app}" is still there: the cluster's garbage collector removes it. ` +
          'Push again in a minute, or delete it.',
      );
    }
    await ports.wait(WAIT_MS);
  }
}

/**
 * Writes the Secret with VCAP_SERVICES and DATABASE_URL of the app's tasks; idempotent. For an app without services it
 * empties the app's own Secret, so that no old credentials stay, and ignores one of another owner.
 */
export async function writeBindings(
  ports: { readonly secrets: Secrets },
  app: App,
  credentials: CredentialsByService,
): Promise<void> {
  const name = bindingsSecretName(app.name);
  const services = app.spec.services ?? [];
  if (services.length === 0 && !(await owns(ports, app, name))) return;
  await ports.secrets.put(
    app,
    name,
    toBindingsData(services, (service) => credentials.get(service.name) ?? {}),
  );
}

async function owns(
  { secrets }: { readonly secrets: Secrets },
  { space, uid }: App,
  name: string,
): Promise<boolean> {
  const owner = await secrets.owner(space, name);
  return typeof owner === 'object' && owner.uid === uid;
}

/**
 * Writes the Secret of an app's bindings and returns the condition `BindingsReady`. Services whose Secret is missing are
 * left out.
 */
export async function syncBindings(
  ports: { readonly secrets: Secrets },
  app: App,
): Promise<AppConditionUpdate> {
  const services = app.spec.services ?? [];
  const credentials = await readCredentials(ports, app.space, services);
  try {
    await writeBindings(ports, app, credentials);
  } catch (error) {
    if (!(error instanceof DomainError && error.kind === 'conflict')) throw error;
    return { ready: false, reason: 'SecretTaken', message: error.message };
  }
  const missing = services.filter(({ name }) => credentials.get(name) === undefined);
  if (missing.length === 0)
    return { ready: true, reason: 'Synced', message: 'The bindings match the services.' };
  const names = missing.map(({ name, secretName }) => `Secret "${secretName}" of service "${name}"`);
  return {
    ready: false,
    reason: 'SecretMissing',
    message: `${names.join(', ')} is not in this space, or is ${WITHHELD}.`,
  };
}

/** Keys of the Secret of an app's bindings. */
export const BINDING_KEY = { services: 'VCAP_SERVICES', databaseUrl: 'DATABASE_URL' } as const;

/**
 * Data of the Secret: VCAP_SERVICES and DATABASE_URL as Cloud Foundry writes them. DATABASE_URL is the first `uri` of a
 * binding; without one it is absent, and the app's own variable of that name stays.
 */
export function toBindingsData(
  services: readonly Service[],
  credentialsOf: (service: Service) => Credentials,
) {
  // Without a prototype: a label may be any text, "constructor" too.
  const byLabel: Record<string, unknown[]> = Object.create(null);
  for (const service of services) {
    const label = service.label ?? 'user-provided';
    byLabel[label] = [...(byLabel[label] ?? []), toVcapService(service, label, credentialsOf(service))];
  }
  const uri = services.map((service) => credentialsOf(service).uri).find((found) => found !== undefined);
  return {
    [BINDING_KEY.services]: JSON.stringify(byLabel),
    ...(uri === undefined ? {} : { [BINDING_KEY.databaseUrl]: uri }),
  };
}

const toVcapService = (service: Service, label: string, credentials: Credentials) => ({
  name: service.name,
  instance_name: service.name,
  binding_name: null,
  label,
  tags: service.tags ?? [],
  ...(service.plan === undefined ? {} : { plan: service.plan }),
  credentials,
  syslog_drain_url: null,
  volume_mounts: [],
});
