import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse, parseAllDocuments } from 'yaml';
import type { Data } from '../data/data.ts';
import { EMBEDDED_BUILDS } from '../lifecycle/builds.ts';
import { type ClusterAccess, IDENTITIES_NAMESPACE } from './access.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './embedded.ts';

const CLUSTER = new URL('../../cluster/', import.meta.url);

/** Embedded cluster with the manifests of cluster/ applied. */
export type SetUpCluster = {
  readonly cluster: EmbeddedCluster;
  readonly access: ClusterAccess;
  openSpace(name: string): Promise<void>;
  /** Stops every task, and removes their files if there is no data. */
  stop(): Promise<void>;
};

/** Starts the embedded cluster with the manifests of cluster/, in a folder of the data or a temporary one. */
export async function setUpEmbeddedCluster(data?: Data): Promise<SetUpCluster> {
  const { directory, removeFiles } = await folderOf(data);
  const cluster = await startEmbeddedCluster({
    directory,
    data,
    manifests: await readBase('.'),
  }).catch(async (error: unknown) => {
    await removeFiles();
    throw error;
  });
  return {
    cluster,
    access: {
      endpoint: cluster.url,
      ca: cluster.ca,
      builds: EMBEDDED_BUILDS,
      token: async (identity) => cluster.token({ namespace: IDENTITIES_NAMESPACE, name: identity }),
    },
    openSpace: async (name) => {
      await cluster.apply([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        ...(await readBase('space')).map((binding) => inNamespace(binding, name)),
      ]);
    },
    stop: async () => {
      await cluster.stop();
      await removeFiles();
    },
  };
}

/** Path that a script may hold without quotes, as those of Tekton's results. */
const PLAIN = /^[\w./-]+$/;

/** Folder of the cluster's files: the data's own, behind a link of a plain path if it needs one, or a temporary one. */
async function folderOf(data: Data | undefined) {
  const kept = await data?.files('cluster');
  if (kept !== undefined && PLAIN.test(kept)) return { directory: kept, removeFiles: async () => {} };
  const temporary = await mkdtemp(join(tmpdir(), 'taskbridge-cluster-'));
  const removeFiles = () => rm(temporary, { recursive: true, force: true });
  if (kept === undefined) return { directory: temporary, removeFiles };
  await symlink(kept, join(temporary, 'files'));
  return { directory: join(temporary, 'files'), removeFiles };
}

/** Reads the manifests of a kustomize base of cluster/, as `kubectl apply -k` would. */
export async function readBase(folder: string): Promise<unknown[]> {
  const base = new URL(`${folder}/`, CLUSTER);
  const { resources } = v.parse(Kustomization, parse(await kustomizationIn(base)));
  const manifests = await Promise.all(
    resources.map(async (resource) =>
      resource.endsWith('.yaml') ? readManifests(new URL(resource, base)) : readBase(`${folder}/${resource}`),
    ),
  );
  return manifests.flat();
}

const Kustomization = v.object({ resources: v.array(v.string()) });

/**
 * Reads either file name that kustomize accepts. The one without an extension is ignored by `kubectl apply -f FOLDER`.
 */
const kustomizationIn = (base: URL): Promise<string> =>
  readFile(new URL('kustomization.yaml', base), 'utf8').catch(() =>
    readFile(new URL('Kustomization', base), 'utf8'),
  );

async function readManifests(file: URL): Promise<unknown[]> {
  const documents = parseAllDocuments(await readFile(file, 'utf8'));
  return documents.map((document): unknown => document.toJS());
}

const Manifest = v.looseObject({ metadata: v.looseObject({}) });

/** Sets a manifest's namespace. */
export function inNamespace(manifest: unknown, namespace: string): unknown {
  const parsed = v.parse(Manifest, manifest);
  return { ...parsed, metadata: { ...parsed.metadata, namespace } };
}
