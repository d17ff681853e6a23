import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import type { BuildRecord, BuildTaskRun } from '../../domain/build.ts';
import { ANNOTATION, LABEL, MANAGED_BY } from '../../domain/labels.ts';
import type { Builds } from '../../ports.ts';
import type { Connection } from './connection.ts';
import { ask, type Subject } from './failure.ts';
import { Conditions, List, Metadata, ownerOf, RUN_LABEL, succeeded } from './records.ts';

const resource = (plural: string, namespace: string) => ({
  ...{ group: 'tekton.dev', version: 'v1' },
  ...{ plural, namespace },
});
const runsOf = (space: string) => resource('pipelineruns', space);

const subjectOf = (space: string, name: string): Subject => ({ space, what: `Build "${name}"` });
const all = (space: string): Subject => ({ space, what: 'Builds' });

/** Builds as PipelineRuns of the cluster. */
export function kubernetesBuilds({ custom }: Connection): Builds {
  const find = async (space: string, name: string): Promise<BuildRecord | undefined> => {
    const object = await ask<unknown>(
      subjectOf(space, name),
      () => custom.getNamespacedCustomObject({ ...runsOf(space), name }),
      ({ code }) => (code === 404 ? null : undefined),
    );
    return object === null ? undefined : toBuildRecord(object);
  };

  return {
    find,

    async create(run) {
      const { namespace: space, name } = run.metadata;
      const created = await ask<unknown>(
        subjectOf(space, name),
        () => custom.createNamespacedCustomObject({ ...runsOf(space), body: run }),
        ({ reason }) => (reason === 'AlreadyExists' ? 'exists' : undefined),
      );
      if (created === 'exists') return { outcome: 'exists', build: await find(space, name) };
      const build = toBuildRecord(created);
      if (build === undefined) throw new Error(`The build "${name}" came back without our labels or owner.`);
      return { outcome: 'created', build };
    },

    list: (space, app) =>
      ask(all(space), async () => {
        const labelSelector = `${LABEL.managedBy}=${MANAGED_BY},${LABEL.component}=build,${LABEL.app}=${app}`;
        const list = v.parse(
          List,
          await custom.listNamespacedCustomObject({ ...runsOf(space), labelSelector }),
        );
        return list.items.flatMap((item) => toBuildRecord(item) ?? []).sort(newestFirst);
      }),

    taskRuns: (space, builds) =>
      builds.length === 0
        ? Promise.resolve([])
        : ask(all(space), async () => {
            const labelSelector = `${RUN_LABEL} in (${builds.join(',')})`;
            const request = { ...resource('taskruns', space), labelSelector };
            return v.parse(List, await custom.listNamespacedCustomObject(request)).items.map(toBuildTaskRun);
          }),

    cancel: (space, name, because) =>
      ask<'cancelling' | 'finished'>(
        subjectOf(space, name),
        async () => {
          const body = {
            metadata: { annotations: { [ANNOTATION.cancelledBecause]: because } },
            spec: { status: 'Cancelled' },
          };
          const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
          await custom.patchNamespacedCustomObject({ ...runsOf(space), name, body }, options);
          return 'cancelling';
        },
        ({ code, message }) =>
          code === 404 || (code === 400 && message.includes('no updates are allowed'))
            ? 'finished'
            : undefined,
      ),

    delete: ({ space, name, uid }) =>
      ask<'deleted' | 'gone'>(
        subjectOf(space, name),
        async () => {
          await custom.deleteNamespacedCustomObject({
            ...runsOf(space),
            name,
            propagationPolicy: 'Background',
            body: { preconditions: { uid } },
          });
          return 'deleted';
        },
        // 409: another run has the name. A delete whose answer was lost is repeated, and then finds nothing.
        ({ code }) => (code === 404 || code === 409 ? 'gone' : undefined),
      ),
  };
}

const askedAt = ({ annotations, createdAt }: BuildRecord): string =>
  annotations[ANNOTATION.requestedAt] ?? createdAt;

const newestFirst = (a: BuildRecord, b: BuildRecord): number => (askedAt(a) < askedAt(b) ? 1 : -1);

const Run = v.object({
  metadata: Metadata,
  status: v.optional(
    v.object({
      conditions: Conditions,
      completionTime: v.optional(v.string()),
      childReferences: v.optional(v.array(v.object({ name: v.string() })), []),
      results: v.optional(v.array(v.object({ name: v.string(), value: v.unknown() })), []),
    }),
  ),
});

/** A build of ours; `undefined` for any other run. */
function toBuildRecord(object: unknown): BuildRecord | undefined {
  const { metadata, status } = v.parse(Run, object);
  const { namespace: space, name, uid, creationTimestamp: createdAt, labels, annotations } = metadata;
  const ownerUid = ownerOf(metadata, LABEL.buildId);
  if (ownerUid === undefined || labels[LABEL.component] !== 'build') return undefined;
  const result = (of: string): string | undefined => {
    const value = status?.results.find((one) => one.name === of)?.value;
    return typeof value === 'string' ? value.trim() : undefined;
  };
  const digest = result('digest');
  return {
    ...{ space, name, uid, createdAt, labels, annotations, ownerUid },
    deleting: metadata.deletionTimestamp !== undefined,
    condition: succeeded(status?.conditions ?? []),
    completedAt: status?.completionTime,
    taskRun: status?.childReferences[0]?.name,
    id: labels[LABEL.buildId] ?? '',
    sha256: annotations[ANNOTATION.sourceSha256] ?? '',
    repository: annotations[ANNOTATION.repository] ?? '',
    digest: digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined,
    processes: result('processes')
      ?.split(/\s+/)
      .filter((type) => type !== ''),
  };
}

const TaskRun = v.object({
  metadata: Metadata,
  status: v.optional(
    v.object({
      conditions: Conditions,
      podName: v.optional(v.string()),
      steps: v.optional(
        v.array(
          v.object({
            name: v.optional(v.string(), ''),
            terminationReason: v.optional(v.string()),
            waiting: v.optional(v.object({ message: v.optional(v.string()) })),
            running: v.optional(v.object({ startedAt: v.optional(v.string()) })),
            terminated: v.optional(
              v.object({
                exitCode: v.number(),
                reason: v.optional(v.string()),
                startedAt: v.nullish(v.string()),
                finishedAt: v.nullish(v.string()),
              }),
            ),
          }),
        ),
        [],
      ),
    }),
  ),
});

function toBuildTaskRun(object: unknown): BuildTaskRun {
  const { metadata, status } = v.parse(TaskRun, object);
  return {
    name: metadata.name,
    run: metadata.labels[RUN_LABEL] ?? '',
    pod: status?.podName || undefined,
    condition: succeeded(status?.conditions ?? []),
    steps: (status?.steps ?? []).map(({ name, terminationReason, waiting, running, terminated }) => ({
      ...{ name, terminated, ending: terminationReason },
      waitingFor: waiting?.message,
      runningSince: running?.startedAt,
    })),
  };
}
