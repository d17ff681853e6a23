import type { App, AppSpec } from '../apps/app.ts';
import { BINDING_KEY } from '../apps/bindings.ts';
import type { EnvVar } from '../apps/env-var.ts';
import { bindingsSecretName } from '../platform/names.ts';
import { mebibytes } from '../platform/quantities.ts';
import type { Limits } from './resources.ts';

/** Where each binding's Secret is mounted, one folder a binding, as servicebinding.io says. */
export const SERVICE_BINDING_ROOT = '/bindings';

/** Kf tells each task the port of its app; without one it tells this. */
const DEFAULT_PORT = '8080';

/** Name of the variable that stands for a dollar sign in values; see {@link unexpanded}. */
const DOLLAR = 'TASKBRIDGE_DOLLAR';

type Entry = { readonly name: string; readonly value?: string; readonly valueFrom?: unknown };

/**
 * Spells a value, or a word of the entrypoint, so that it arrives as it is. Tekton replaces `$(params.x)` and the like before the pod exists and
 * refuses those it does not know; Kubernetes then replaces `$(NAME)` and turns `$$` into `$`. Neither has an escape
 * that the other leaves alone, so a `$` before `(` becomes a reference to a variable that holds just a `$`: Tekton
 * does not know it, and Kubernetes does not look into what it put in.
 */
export const unexpanded = (value: string): string =>
  value.replace(/\$/g, (_, at: number) => (value[at + 1] === '(' ? `$(${DOLLAR})` : '$$'));

/** Whether a text of the app's is spelled with the variable for a dollar sign. */
const usesDollar = ({ env = [], entrypoint = [] }: AppSpec): boolean =>
  [...env.map(({ value }) => value ?? ''), ...entrypoint].some((text) => text.includes('$('));

/**
 * A task's environment: the app's own, then the platform's, which wins (reference: Kf's CFTask variables). Where the
 * bindings give no DATABASE_URL the app's own stays, since an optional key that is absent leaves the earlier value.
 */
export function toEnvironment(app: App, limits: Limits, platform: readonly Entry[]): Entry[] {
  const own = app.spec.env ?? [];
  const ours = [...cloudFoundryVariables(app, limits), ...platform];
  const replaced = new Set(
    ours.filter(({ name }) => name !== BINDING_KEY.databaseUrl).map(({ name }) => name),
  );
  return [
    ...(usesDollar(app.spec) ? [{ name: DOLLAR, value: '$$' }] : []),
    ...own.filter(({ name }) => !replaced.has(name)).map(toEntry),
    ...ours,
  ];
}

const toEntry = ({ name, value, valueFrom }: EnvVar): Entry =>
  valueFrom === undefined ? { name, value: unexpanded(value ?? '') } : { name, valueFrom };

/** A value of the running pod. */
export const fromField = (fieldPath: string) => ({ fieldRef: { fieldPath } });

function cloudFoundryVariables(app: App, limits: Limits): Entry[] {
  const memory = mebibytes(limits.memory);
  const disk = mebibytes(limits.disk);
  return [
    { name: 'CF_INSTANCE_IP', valueFrom: fromField('status.podIP') },
    { name: 'CF_INSTANCE_INTERNAL_IP', value: '$(CF_INSTANCE_IP)' },
    { name: 'VCAP_APP_HOST', value: '$(CF_INSTANCE_IP)' },
    { name: 'CF_INSTANCE_PORT', value: DEFAULT_PORT },
    { name: 'CF_INSTANCE_ADDR', value: '$(CF_INSTANCE_IP):$(CF_INSTANCE_PORT)' },
    { name: 'CF_INSTANCE_GUID', valueFrom: fromField('metadata.uid') },
    { name: 'INSTANCE_GUID', valueFrom: fromField('metadata.uid') },
    { name: 'MEMORY_LIMIT_IN_MB', value: String(memory) },
    { name: 'MEMORY_LIMIT', value: `${memory}M` },
    { name: 'DISK_LIMIT', value: String(disk) },
    { name: 'LANG', value: 'en_US.UTF-8' },
    { name: 'VCAP_APPLICATION', value: vcapApplication(app, { mem: memory, disk }) },
    ...bindingVariables(app),
  ];
}

const vcapApplication = ({ uid, name, space }: App, limits: { mem: number; disk: number }): string =>
  JSON.stringify({
    application_id: uid,
    application_name: name,
    application_uris: [],
    name,
    process_id: uid,
    process_type: 'web',
    space_name: space,
    uris: [],
    limits,
  });

function bindingVariables({ name, spec: { services = [] } }: App): Entry[] {
  if (services.length === 0) return [{ name: BINDING_KEY.services, value: '{}' }];
  const fromBindings = (key: string, optional: boolean) => ({
    secretKeyRef: { name: bindingsSecretName(name), key, ...(optional ? { optional } : {}) },
  });
  return [
    { name: BINDING_KEY.services, valueFrom: fromBindings(BINDING_KEY.services, false) },
    { name: BINDING_KEY.databaseUrl, valueFrom: fromBindings(BINDING_KEY.databaseUrl, true) },
    { name: 'SERVICE_BINDING_ROOT', value: SERVICE_BINDING_ROOT },
  ];
}
