import * as v from 'valibot';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { List } from '../platform/kubernetes/objects.ts';
import { pipelineRuns, runsOf } from '../platform/kubernetes/pipeline-runs.ts';
import { toOwnRun, toTaskRun } from '../platform/kubernetes/run-records.ts';
import { ANNOTATION, LABEL, MANAGED_BY } from '../platform/labels.ts';
import { requestedAt } from '../tasks/task.ts';
import type { BuildRecord } from './build.ts';
import type { Builds } from './builds.ts';

/** Repository of builds: PipelineRuns of the cluster. */
export function kubernetesBuilds(connection: Connection): Builds {
  const { custom } = connection;
  const objects = pipelineRuns(connection, 'Build');
  const find = async (space: string, name: string): Promise<BuildRecord | undefined> => {
    const object = await objects.read(space, name);
    return object === null ? undefined : toBuildRecord(object);
  };

  return {
    find,

    async create(run) {
      const { namespace: space, name } = run.metadata;
      const created = await objects.create(run);
      if (created === 'exists') return { outcome: 'exists', build: await find(space, name) };
      const build = toBuildRecord(created);
      if (build === undefined) throw new Error(`The build "${name}" came back without our labels or owner.`);
      return { outcome: 'created', build };
    },

    list: (space, app) =>
      callApi({ space, what: 'Builds' }, async () => {
        const labelSelector = `${LABEL.managedBy}=${MANAGED_BY},${LABEL.component}=build,${LABEL.app}=${app}`;
        const list = v.parse(
          List,
          await custom.listNamespacedCustomObject({ ...runsOf(space), labelSelector }),
        );
        return list.items.flatMap((item) => toBuildRecord(item) ?? []).sort(byNewestBuild);
      }),

    taskRuns: async (space, builds) =>
      builds.length === 0 ? [] : (await objects.taskRuns(space, builds)).map(toTaskRun),

    cancel: (space, name, because) => objects.cancel(space, name, because),
    delete: objects.delete,
  };
}

const byNewestBuild = (a: BuildRecord, b: BuildRecord): number => (requestedAt(a) < requestedAt(b) ? 1 : -1);

/** Reads the PipelineRun of a build; `undefined` for any other run. */
function toBuildRecord(object: unknown): BuildRecord | undefined {
  const run = toOwnRun(object, LABEL.buildId);
  if (run?.labels[LABEL.component] !== 'build') return undefined;
  const { results, ...record } = run;
  const result = (of: string): string | undefined => {
    const value = results.get(of);
    return typeof value === 'string' ? value.trim() : undefined;
  };
  const digest = result('digest');
  return {
    ...record,
    id: record.labels[LABEL.buildId] ?? '',
    sha256: record.annotations[ANNOTATION.sourceSha256] ?? '',
    repository: record.annotations[ANNOTATION.repository] ?? '',
    digest: digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined,
    processes: result('processes')
      ?.split(/\s+/)
      .filter((type) => type !== ''),
  };
}
