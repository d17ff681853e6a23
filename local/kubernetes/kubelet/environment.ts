import { at, isRecord, type KubeObject } from '../object.ts';
import type { ResourceType } from '../resource-type.ts';
import { CONFIG_MAPS, SECRETS } from '../resources.ts';
import type { Store } from '../store.ts';
import { expand } from './expand.ts';
import type { Container, EnvFrom, EnvVar } from './pod-spec.ts';

/** Configuration error of a container: the kubelet's `CreateContainerConfigError`. */
export class ContainerConfigError extends Error {}

/** IP of every pod. */
export const POD_IP = '127.0.0.1';

type Source = { readonly store: Store; readonly pod: KubeObject };

/**
 * Environment of a container, as the kubelet computes it: `envFrom` first, then `env`, where a value may refer to
 * earlier variables and the last one of a name wins. Throws ContainerConfigError if a Secret, a ConfigMap or a key is
 * missing and not optional.
 */
export function environmentOf(source: Source, { env, envFrom }: Container): Map<string, string> {
  const variables = new Map<string, string>();
  for (const from of envFrom) addAll(source, from, variables);
  for (const variable of env) {
    const value = resolved(source, variable, variables);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return variables;
}

function addAll(
  source: Source,
  { prefix, secretRef, configMapRef }: EnvFrom,
  variables: Map<string, string>,
): void {
  const type = secretRef === undefined ? CONFIG_MAPS : SECRETS;
  const { name = '', optional } = secretRef ?? configMapRef ?? {};
  const data = dataOf(source, type, name);
  if (data === undefined && optional !== true) throw missing(type, name);
  for (const [key, value] of Object.entries(data ?? {})) {
    if (key !== '' && !key.includes('=')) variables.set(`${prefix}${key}`, value);
  }
}

function resolved(
  source: Source,
  { value, valueFrom }: EnvVar,
  variables: Map<string, string>,
): string | undefined {
  if (value !== undefined && value !== '') return expand(value, variables);
  if (valueFrom === undefined) return '';
  const { fieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef !== undefined) return fieldOf(source.pod, fieldRef.fieldPath);
  if (secretKeyRef !== undefined) return keyOf(source, SECRETS, secretKeyRef);
  if (configMapKeyRef !== undefined) return keyOf(source, CONFIG_MAPS, configMapKeyRef);
  throw new ContainerConfigError('valueFrom: only fieldRef, secretKeyRef and configMapKeyRef are supported');
}

type KeyRef = NonNullable<NonNullable<EnvVar['valueFrom']>['secretKeyRef']>;

function keyOf(source: Source, type: ResourceType, { name, key, optional }: KeyRef): string | undefined {
  const data = dataOf(source, type, name);
  if (data === undefined && optional !== true) throw missing(type, name);
  const value = data?.[key];
  if (value !== undefined || optional === true) return value;
  throw new ContainerConfigError(
    `couldn't find key ${key} in ${type.kind} ${source.pod.metadata.namespace}/${name}`,
  );
}

const missing = ({ kind }: ResourceType, name: string) =>
  new ContainerConfigError(`${kind.toLowerCase()} ${JSON.stringify(name)} not found`);

/** Decoded values of a Secret or ConfigMap in the pod's namespace; `undefined` if it does not exist. */
function dataOf(
  { store, pod }: Source,
  type: ResourceType,
  name: string,
): Record<string, string> | undefined {
  const object = store.get(type, pod.metadata.namespace ?? '', name);
  if (object === undefined) return undefined;
  const data = Object.entries(isRecord(object.data) ? object.data : {});
  return Object.fromEntries(
    data.map(([key, value]) => [
      key,
      type === SECRETS ? Buffer.from(String(value), 'base64').toString() : String(value),
    ]),
  );
}

const KEYED = /^metadata\.(labels|annotations)\['(.+)'\]$/;

/** Field of the pod in the downward API. A missing label or annotation is empty. */
function fieldOf(pod: KubeObject, path: string): string {
  const [, map, key] = KEYED.exec(path) ?? [];
  if (map !== undefined && key !== undefined) return String(at(pod, 'metadata', map, key) ?? '');
  switch (path) {
    case 'metadata.name':
    case 'metadata.namespace':
    case 'metadata.uid':
    case 'spec.nodeName':
    case 'spec.serviceAccountName':
      return String(at(pod, ...path.split('.')));
    case 'status.podIP':
    case 'status.podIPs':
    case 'status.hostIP':
    case 'status.hostIPs':
      return POD_IP;
    default:
      throw new ContainerConfigError(`unsupported fieldPath: ${path}`);
  }
}
