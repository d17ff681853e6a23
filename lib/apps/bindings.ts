import type { Service } from './app.ts';

/** A binding's Secret: its values by key, decoded to text. */
export type Credentials = Readonly<Record<string, string>>;

/** Keys of the Secret that hands an app's bindings to its tasks. */
export const BINDING_KEY = { services: 'VCAP_SERVICES', databaseUrl: 'DATABASE_URL' } as const;

/**
 * VCAP_SERVICES and DATABASE_URL as Cloud Foundry writes them. DATABASE_URL is the first binding's `uri`; without
 * one it is absent, so that the app's own variable of that name stays.
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
