import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { isRecord, type KubeObject } from '../object.ts';
import { CONFIG_MAPS, SECRETS } from '../resources.ts';
import type { Store } from '../store.ts';
import type { Container, PodSpec, Volume } from './pod-spec.ts';

/** Files of a container below its pod's folder. Paths of the image are below `root`. */
export type ContainerFiles = {
  /** Folder of the pod. */
  readonly directory: string;
  readonly root: string;
  readonly log: string;
};

/** Folder of a pod. */
export const podDirectory = (directory: string, { metadata }: KubeObject): string =>
  join(directory, metadata.uid);

/** Paths of a container's files, which need not exist yet. */
export const containerFiles = (pod: string, { name }: Pick<Container, 'name'>): ContainerFiles => ({
  directory: pod,
  root: join(pod, name, 'root'),
  log: join(pod, name, 'log'),
});

/** Folder of an emptyDir, shared by the pod's containers. */
const sharedDirectory = (pod: string, volume: string): string => join(pod, 'volumes', volume);

/** First volume whose Secret or ConfigMap does not exist; the pod waits for it. */
export function missingVolume(store: Store, pod: KubeObject, { volumes }: PodSpec): string | undefined {
  return volumes.find((volume) => {
    const source = volume.secret ?? volume.configMap;
    return source !== undefined && source.optional !== true && contentOf(store, pod, volume) === undefined;
  })?.name;
}

/** Path of the container on this machine; `..` cannot leave the folder. */
export const below = (directory: string, path: string): string => join(directory, posix.resolve('/', path));

/** Creates a container's folders and volumes. Returns its working directory. */
export async function prepareFiles(
  store: Store,
  pod: KubeObject,
  { volumes }: PodSpec,
  { volumeMounts, workingDir = '/workspace' }: Container,
  { directory: own, root }: ContainerFiles,
): Promise<string> {
  await mkdir(own, { recursive: true, mode: 0o700 });
  await mkdir(join(root, 'home'), { recursive: true });
  // Outer mounts come before inner ones.
  const mounts = [...volumeMounts].sort((one, other) => one.mountPath.length - other.mountPath.length);
  for (const { name, mountPath } of mounts) {
    const directory = below(root, mountPath);
    const volume = volumes.find((known) => known.name === name);
    if (volume?.emptyDir !== undefined) {
      await share(sharedDirectory(own, name), directory);
      continue;
    }
    await mkdir(directory, { recursive: true });
    const content = volume === undefined ? undefined : contentOf(store, pod, volume);
    for (const [path, value] of Object.entries(content ?? {})) {
      const file = below(directory, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, value, { mode: 0o600 });
    }
  }
  const start = below(root, workingDir);
  await mkdir(start, { recursive: true });
  return start;
}

/** Links a path to a shared folder. */
async function share(directory: string, path: string): Promise<void> {
  await Promise.all([mkdir(directory, { recursive: true }), mkdir(dirname(path), { recursive: true })]);
  await rm(path, { recursive: true, force: true });
  await symlink(directory, path);
}

/** Removes all files of a pod, which may hold secrets. */
export const removeFiles = (pod: string): Promise<void> => rm(pod, { recursive: true, force: true });

/** Files of a volume by path; `undefined` if its Secret or ConfigMap does not exist. */
function contentOf(store: Store, pod: KubeObject, volume: Volume): Record<string, Buffer> | undefined {
  const { secret, configMap } = volume;
  const source = secret ?? configMap;
  if (source === undefined) return {};
  const name = secret?.secretName ?? configMap?.name ?? '';
  const object = store.get(secret === undefined ? CONFIG_MAPS : SECRETS, pod.metadata.namespace ?? '', name);
  if (object === undefined) return undefined;
  const data = isRecord(object.data) ? object.data : {};
  const bytes = (key: string) => Buffer.from(String(data[key]), secret === undefined ? 'utf8' : 'base64');
  const items = source.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  return Object.fromEntries(
    items.filter(({ key }) => key in data).map(({ key, path }) => [path, bytes(key)]),
  );
}

/**
 * Relocates a variable's value that is a path at, below or directly above a mount, so that SERVICE_BINDING_ROOT works.
 * A path inside a longer value is kept. `folders`: paths of the image that are treated as mounts.
 */
export function relocate(
  value: string,
  { volumeMounts }: Container,
  { root }: ContainerFiles,
  folders: readonly string[] = [],
): string {
  const isMoved = [...volumeMounts.map(({ mountPath }) => mountPath), ...folders].some(
    (path) =>
      value === path ||
      value.startsWith(`${path}/`) ||
      (value.length > 1 && path.startsWith(`${value.replace(/\/$/, '')}/`)),
  );
  return value.startsWith('/') && isMoved ? below(root, value) : value;
}
