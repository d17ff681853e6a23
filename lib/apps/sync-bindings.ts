import { conflict, DomainError } from '../platform/errors.ts';
import { bindingsSecretName } from '../platform/names.ts';
import type { App, AppConditionUpdate, Service } from './app.ts';
import type { Apps } from './apps.ts';
import { type Credentials, toBindingsData } from './bindings.ts';

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
  /** Returns `undefined` when the Secret does not exist or is a service account's token, which no app may be given. */
  find(space: string, name: string): Promise<Credentials | undefined>;
  /** True for the token of a service account; false when the Secret does not exist. */
  isAccountToken(space: string, name: string): Promise<boolean>;
  /** Returns `undefined` when the Secret does not exist. */
  owner(space: string, name: string): Promise<SecretOwner | undefined>;
  /** Creates the Secret with `owner` as its owner, or replaces its data. Throws `conflict` for one of another owner. */
  put(owner: App, name: string, data: Credentials): Promise<void>;
};

/** The values of each binding's Secret; `undefined` for a Secret that is not there or that no app may be given. */
export type CredentialsByService = ReadonlyMap<string, Credentials | undefined>;

/** Reads the Secrets that the services name, each once, at the same time. */
export async function readCredentials(
  { secrets }: { readonly secrets: Secrets },
  space: string,
  services: readonly Service[],
): Promise<CredentialsByService> {
  const found = services.map(
    async ({ name, secretName }) => [name, await secrets.find(space, secretName)] as const,
  );
  return new Map(await Promise.all(found));
}

/** A garbage collector takes a second; one that has just learnt of a resource definition looks every 30. */
const MAX_WAIT_MS = 10_000;
const WAIT_MS = 250;

/**
 * Ends when the Secret that an app with services needs is the app's or is not there. One that an earlier app of this
 * name has left is waited for, at most ten seconds. Throws `conflict` for a Secret that stays; somebody may still take
 * the name between this and {@link writeBindings}, which looks again.
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
 * Writes the Secret from which an app's tasks take VCAP_SERVICES and DATABASE_URL. Writing it twice changes nothing.
 * An app that has no services left keeps an empty one, so that no old credentials lie about; it needs none, so a
 * Secret of that name which is not its own is left alone.
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
 * Brings the Secret of an app's bindings to what its services say, and says how that went. A service whose Secret is
 * not there is left out: the app's tasks wait for it only where they mount it.
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
    return { ready: true, reason: 'Synced', message: 'Its bindings are as its services say.' };
  const names = missing.map(({ name, secretName }) => `Secret "${secretName}" of service "${name}"`);
  return { ready: false, reason: 'SecretMissing', message: `${names.join(', ')} is not in this space.` };
}
