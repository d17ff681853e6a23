import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { listObjects } from '../platform/kubernetes/lists.ts';
import { mapPages } from '../platform/kubernetes/objects.ts';
import { pipelineRuns, runsOf } from '../platform/kubernetes/pipeline-runs.ts';
import { labelSelector } from '../platform/kubernetes/requests.ts';
import { toOwnRun } from '../platform/kubernetes/run-records.ts';
import { ANNOTATION, LABEL, MANAGED_BY } from '../platform/labels.ts';
import { PAGE_SIZE, paginate, toArray } from '../platform/paginate.ts';
import { isVerified, requestedAt } from '../tasks/task.ts';
import type { BuildRecord } from './build.ts';
import type { Builds } from './builds.ts';
import { PIPELINE_TASK } from './pipeline-run.ts';

/** Repository of builds: PipelineRuns of the cluster. */
export function kubernetesBuilds(connection: Connection): Builds {
  const objects = pipelineRuns(connection, 'Build', PIPELINE_TASK);
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
        const ofApp = labelSelector({
          [LABEL.managedBy]: MANAGED_BY,
          [LABEL.component]: 'build',
          [LABEL.app]: app,
        });
        const request = { ...runsOf(space), labelSelector: ofApp };
        const pages = paginate((after) => listObjects(connection, request, { limit: PAGE_SIZE, after }));
        const builds = await toArray(mapPages(pages, toBuildRecord));
        return builds.filter((build) => build !== undefined).sort(byNewestBuild);
      }),

    taskRuns: objects.taskRuns,
    cancel: (space, name, because) => objects.cancel(space, name, because),
    delete: objects.delete,
  };
}

const byNewestBuild = (a: BuildRecord, b: BuildRecord): number => (requestedAt(a) < requestedAt(b) ? 1 : -1);

/** Reads the PipelineRun of a build; `undefined` for any other run, whose image no app is to run. */
function toBuildRecord(object: unknown): BuildRecord | undefined {
  const run = toOwnRun(object, LABEL.buildId);
  if (run?.labels[LABEL.component] !== 'build' || !isVerified(run)) return undefined;
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
