import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { Identity } from '../../../local/cloudformation/serverless.ts';
import { IDENTITIES_NAMESPACE } from '../../../local/cluster/access.ts';
import { inNamespace, readBase } from '../../../local/cluster/set-up.ts';
import { applyManifests } from '../../../local/kubernetes/apply.ts';
import { startGarbageCollector } from '../../../local/kubernetes/garbage-collector.ts';
import { podStatus } from '../../../local/kubernetes/kubelet/pod-status.ts';
import { startNamespaceController } from '../../../local/kubernetes/namespace-controller.ts';
import { isRecord, type KubeObject, timestamp } from '../../../local/kubernetes/object.ts';
import { createPager } from '../../../local/kubernetes/pages.ts';
import { createRegistry } from '../../../local/kubernetes/registry.ts';
import type { ResourceType } from '../../../local/kubernetes/resource-type.ts';
import { PODS, SERVICE_ACCOUNTS } from '../../../local/kubernetes/resources.ts';
import { apiHandler } from '../../../local/kubernetes/server.ts';
import { createStore, isKind, type Store } from '../../../local/kubernetes/store.ts';
import { createTokens } from '../../../local/kubernetes/tokens.ts';
import { startPipelineRunController } from '../../../local/tekton/pipeline-runs.ts';
import { startTaskRunController } from '../../../local/tekton/task-runs.ts';
import { tektonWebhook } from '../../../local/tekton/webhook.ts';
import { SPACE } from '../../support/memory-ports.ts';

const isNamespace = (manifest: object): boolean => 'kind' in manifest && manifest.kind === 'Namespace';

/**
 * The embedded cluster without a node: pods wait until the test says how they end, so that no process is started and
 * each environment comes to the same end. It listens nowhere.
 */
export type Cluster = {
  handle(request: IncomingMessage, response: ServerResponse): void;
  token(identity: Identity): string;
  /** Creates or replaces objects of the space, as an admin would. Throws the API's refusal. */
  apply(...manifests: readonly object[]): void;
  /** Opens another space. */
  openSpace(name: string): Promise<void>;
  /** Puts an object into the space that no schema has looked at, as a definition before ours may have let it in. */
  plant(plural: string, manifest: Planted): void;
  /** Deletes an object of the space as `kubectl delete` would, without a word about those it owns. */
  remove(plural: string, name: string): void;
  /** The objects of a kind in the space, by name. */
  objects(plural: string): readonly KubeObject[];
  /** Ends the command of a task, or all steps of a build, which may leave results. */
  end(run: string, exitCode: number, results?: Readonly<Record<string, string>>): void;
  /** The newest resourceVersion: another one after each write. */
  revision(): number;
  /** Resolves when no controller has work left. */
  quiet(): Promise<void>;
  /** All that is in the space. */
  save(): Saved;
  /** Empties the space and puts back what was saved, be it in another cluster: the same objects, under their uids. */
  restore(saved: Saved): Promise<void>;
  stop(): void;
};

type Planted = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
};

/** Objects of a space with their kinds. */
export type Saved = readonly { readonly type: ResourceType; readonly object: KubeObject }[];

/** A cluster with the manifests of cluster/ and one open space. `tekton`: whether anybody works on PipelineRuns. */
export async function startCluster({ tekton = true } = {}): Promise<Cluster> {
  let uid: string | undefined;
  const store = createStore(() => uid ?? randomUUID());
  const registry = createRegistry(store);
  const tokens = createTokens(store);
  const context = { store, admission: tektonWebhook };
  const controllers = [
    startNamespaceController(store, registry),
    startGarbageCollector(store, registry),
    ...(tekton
      ? [startPipelineRunController(store), startTaskRunController(store), removeDeletedPods(store)]
      : []),
  ];
  applyManifests(context, registry, await manifests());
  const handle = apiHandler({
    ...{ ...context, registry, tokens, pager: createPager(store) },
    // What pods write is looked at where a kubelet is: test/contract/logs.contract.ts.
    readLog: async (_pod, _query, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('2026-11-24T21:20:01Z started\n');
    },
  });
  const typeOf = (plural: string): ResourceType => {
    const found = registry.all().find((type) => type.plural === plural);
    if (found === undefined) throw new Error(`There are no ${plural}.`);
    return found;
  };
  const inSpace = (type: ResourceType): readonly KubeObject[] =>
    store.all(type).filter(({ metadata }) => metadata.namespace === SPACE);
  const quiet = () => untilQuiet(store);
  const save = (): Saved =>
    registry
      .all()
      .filter((type) => type.namespaced && type !== SERVICE_ACCOUNTS && type.plural !== 'rolebindings')
      .flatMap((type) => inSpace(type).map((object) => ({ type, object })));
  await quiet();
  return {
    handle,
    token: (identity) => tokens.issue({ namespace: IDENTITIES_NAMESPACE, name: identity }),
    apply: (...given) =>
      applyManifests(
        context,
        registry,
        given.map((manifest) => (isNamespace(manifest) ? manifest : inNamespace(manifest, SPACE))),
      ),
    openSpace: async (name) => applyManifests(context, registry, await spaceManifests(name)),
    plant: (plural, manifest) => {
      const metadata = { generation: 1, ...manifest.metadata, namespace: SPACE };
      if (store.create(typeOf(plural), { ...manifest, metadata }) === undefined)
        throw new Error(`There is a ${metadata.name} among the ${plural}.`);
    },
    remove: (plural, name) => {
      const object = store.get(typeOf(plural), SPACE, name);
      if (object === undefined) throw new Error(`There is no ${name} among the ${plural}.`);
      store.remove(typeOf(plural), object);
    },
    objects: (plural) => inSpace(typeOf(plural)),
    revision: store.revision,
    end: (run, exitCode, results) => endPod(store, run, exitCode, results),
    quiet,
    save,
    restore: async (saved) => {
      for (const { type, object } of save()) store.remove(type, object);
      await quiet();
      for (const { type, object } of saved) {
        uid = object.metadata.uid;
        store.create(type, object);
      }
      uid = undefined;
      await quiet();
    },
    stop: () => {
      for (const stopController of controllers) stopController();
    },
  };
}

let read: Promise<readonly unknown[]> | undefined;

/** Manifests of a cluster with one open space, read once: a process starts many clusters. */
function manifests(): Promise<readonly unknown[]> {
  read ??= Promise.all([readBase('.'), spaceManifests(SPACE)]).then((bases) => bases.flat());
  return read;
}

async function spaceManifests(name: string): Promise<readonly unknown[]> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  return [namespace, ...(await readBase('space')).map((binding) => inNamespace(binding, name))];
}

/** A pod that is deleted has nothing that still runs. */
const removeDeletedPods = (store: Store) =>
  store.onChange(({ type, of, object }) => {
    if (type !== 'MODIFIED' || !isKind(of, PODS) || object.metadata.deletionTimestamp === undefined) return;
    setImmediate(() => store.remove(PODS, object));
  });

function endPod(
  store: Store,
  run: string,
  exitCode: number,
  results: Readonly<Record<string, string>> = {},
): void {
  const pod = store.all(PODS).find(({ metadata }) => metadata.labels?.['tekton.dev/pipelineRun'] === run);
  if (pod === undefined) throw new Error(`Run ${run} has no pod.`);
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const message = JSON.stringify(Object.entries(results).map(([key, value]) => ({ key, value, type: 1 })));
  const terminated = { exitCode, reason, message, startedAt: timestamp(), finishedAt: timestamp() };
  store.replace(PODS, { ...pod, status: podStatus(pod, () => ({ terminated })) });
}

/** Controllers work in later turns of the event loop, one change after the other. */
async function untilQuiet(store: Store): Promise<void> {
  for (let still = 0, revision = store.revision(); still < 4; still += 1) {
    await turn();
    if (store.revision() === revision) continue;
    revision = store.revision();
    still = 0;
  }
}

/** The Succeeded condition of a run as far as it is the same each time. */
export function conditionOf({ status }: KubeObject): unknown {
  const conditions = isRecord(status) && Array.isArray(status.conditions) ? status.conditions : [];
  const [first] = conditions.filter(isRecord);
  return first && { status: first.status, reason: first.reason };
}
