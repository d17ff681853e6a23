import type { App, Service } from '../domain/app.ts';
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
