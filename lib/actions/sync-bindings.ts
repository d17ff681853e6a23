import type { App, BindingsFinding, Service } from '../domain/app.ts';
import { type Credentials, toBindingsData } from '../domain/bindings.ts';
import { bindingsSecretName } from '../domain/names.ts';
import type { Ports } from '../ports.ts';

/** The values of each binding's Secret; `undefined` for a Secret that is not there. */
export type CredentialsByService = ReadonlyMap<string, Credentials | undefined>;

/** Reads the Secrets that the services name, each once, at the same time. */
export async function readCredentials(
  { secrets }: Ports,
  space: string,
  services: readonly Service[],
): Promise<CredentialsByService> {
  const found = services.map(
    async ({ name, secretName }) => [name, await secrets.find(space, secretName)] as const,
  );
  return new Map(await Promise.all(found));
}

/**
 * Writes the Secret from which an app's tasks take VCAP_SERVICES and DATABASE_URL. Writing it twice changes nothing.
 * An app that has no services left keeps an empty one, so that no old credentials lie about.
 */
export async function writeBindings(
  ports: Ports,
  app: App,
  credentials: CredentialsByService,
): Promise<void> {
  const name = bindingsSecretName(app.name);
  const services = app.spec.services ?? [];
  if (services.length === 0 && (await ports.secrets.find(app.space, name)) === undefined) return;
  await ports.secrets.put(
    app,
    name,
    toBindingsData(services, (service) => credentials.get(service.name) ?? {}),
  );
}

/**
 * Brings the Secret of an app's bindings to what its services say, and says how that went. A service whose Secret is
 * not there is left out: the app's tasks wait for it only where they mount it.
 */
export async function syncBindings(ports: Ports, app: App): Promise<BindingsFinding> {
  const services = app.spec.services ?? [];
  const credentials = await readCredentials(ports, app.space, services);
  await writeBindings(ports, app, credentials);
  const missing = services.filter(({ name }) => credentials.get(name) === undefined);
  if (missing.length === 0)
    return { ready: true, reason: 'Synced', message: 'Its bindings are as its services say.' };
  const names = missing.map(({ name, secretName }) => `Secret "${secretName}" of service "${name}"`);
  return { ready: false, reason: 'SecretMissing', message: `${names.join(', ')} is not in this space.` };
}
