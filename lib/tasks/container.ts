import { GPU_RESOURCE } from '../apps/allowed-placement.ts';
import type { App, AppResources, Resources } from '../apps/app.ts';
import { BINDING_KEY } from '../apps/bindings.ts';
import type { EnvVar } from '../apps/env-var.ts';
import { bindingsSecretName } from '../platform/names.ts';
import { formatCpu, formatSize, mebibytes } from '../platform/quantities.ts';

/** Directory with the mounted Secret of each binding in a subdirectory (servicebinding.io). */
export const SERVICE_BINDING_ROOT = '/bindings';

/** Port of an app that has none, as with Kf. */
const DEFAULT_PORT = '8080';

/** Name of the variable whose value is a dollar sign; see {@link escapeDollars}. */
const DOLLAR = 'TASKBRIDGE_DOLLAR';

type EnvEntry = { readonly name: string; readonly value?: string; readonly valueFrom?: unknown };

/**
 * Escapes a value, or a word of the entrypoint, so that it arrives unchanged. Tekton replaces `$(params.x)` before the pod
 * exists and rejects unknown references; Kubernetes then replaces `$(NAME)` and turns `$$` into `$`. No escape survives
 * both, so a `$` before `(` becomes a reference to a variable that holds a `$`: Tekton ignores it, and Kubernetes does not
 * expand inserted values again.
 *
 * @example `$(date) costs $5` becomes `$(TASKBRIDGE_DOLLAR)(date) costs $$5`
 */
export const escapeDollars = (value: string): string =>
  value.replace(/\$/g, (_, at: number) => (value[at + 1] === '(' ? `$(${DOLLAR})` : '$$'));

/**
 * Environment of a task: its own, then the platform's, which wins (the variables of Kf's CFTask). Without a DATABASE_URL
 * from the bindings the app's own stays: an absent optional key leaves the earlier value.
 */
export function toEnvironment(
  app: App,
  { own, limits }: { readonly own: readonly EnvVar[]; readonly limits: Limits },
  platform: readonly EnvEntry[],
): EnvEntry[] {
  const ours = [...cloudFoundryVariables(app, limits), ...platform];
  const replaced = new Set(
    ours.filter(({ name }) => name !== BINDING_KEY.databaseUrl).map(({ name }) => name),
  );
  const entries = [...own.filter(({ name }) => !replaced.has(name)).map(toEntry), ...ours];
  const texts = [
    ...entries.map(({ value }) => value ?? ''),
    ...(app.spec.entrypoint ?? []).map(escapeDollars),
  ];
  const usesDollar = texts.some((text) => text.includes(`$(${DOLLAR})`));
  return [...(usesDollar ? [{ name: DOLLAR, value: '$$' }] : []), ...entries];
}

const toEntry = ({ name, value, valueFrom }: EnvVar): EnvEntry =>
  valueFrom === undefined ? { name, value: escapeDollars(value ?? '') } : { name, valueFrom };

/** Source of a variable's value: a field of the pod. */
const fromField = (fieldPath: string) => ({ fieldRef: { fieldPath } });

/** Variable with the value of an annotation: nothing expands it. */
export const fromAnnotation = (name: string, annotation: string) => ({
  name,
  valueFrom: fromField(`metadata.annotations['${annotation}']`),
});

function cloudFoundryVariables(app: App, limits: Limits): EnvEntry[] {
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

function bindingVariables({ name, spec: { services = [] } }: App): EnvEntry[] {
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

const GIBIBYTE = 1024 ** 3;
const CPU_PER_GIBIBYTE = 100;

/** Limits of a task: `cpu` in thousandths of a processor, `memory` and `disk` in bytes, and the number of its GPUs. */
export type Limits = {
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  readonly gpu?: number | undefined;
};

/**
 * Resolves the limits of a task: the request's, else the app's, else Kf's defaults (1 GiB of memory and of disk; 100
 * thousandths of a processor for each GiB of memory, at least 100).
 */
export function limitsFor(app: AppResources = {}, task: Resources = {}): Limits {
  const memory = task.memory ?? app.memory ?? GIBIBYTE;
  return {
    memory,
    disk: task.disk ?? app.disk ?? GIBIBYTE,
    cpu: task.cpu ?? app.cpu ?? Math.round(CPU_PER_GIBIBYTE * Math.max(1, memory / GIBIBYTE)),
    gpu: app.gpu,
  };
}

/**
 * Resource requirements of a container. Requests equal limits, so that an override above the app's limit makes a valid pod.
 * No CPU limit: it would only throttle a task on an idle node.
 */
export function toComputeResources({ cpu, memory, disk, gpu }: Limits, gpuResource = GPU_RESOURCE) {
  const sizes = {
    memory: formatSize(memory),
    'ephemeral-storage': formatSize(disk),
    ...(gpu === undefined ? {} : { [gpuResource]: String(gpu) }),
  };
  return { requests: { cpu: formatCpu(cpu), ...sizes }, limits: sizes };
}
