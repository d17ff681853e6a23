import { randomUUID } from 'node:crypto';
import type { BuildRecord, BuildTaskRun } from '../../lib/builds/build.ts';
import type { Builds } from '../../lib/builds/builds.ts';
import type { BuildRun } from '../../lib/builds/pipeline-run.ts';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { isActive } from '../../lib/tasks/task.ts';
import type { MemoryEnvironment } from './environment.ts';

/** The builds of a cluster in memory. A test plays Tekton. */
export type MemoryBuilds = Builds & {
  /** Names of all builds, in the order of their creation. */
  names(): readonly string[];
  cancelled(): readonly string[];
  /** Sets the status that Tekton reports for a build from now on. */
  becomes(name: string, run: Partial<BuildRecord>, taskRun?: Partial<BuildTaskRun>): void;
};

export function memoryBuilds(around: MemoryEnvironment): MemoryBuilds {
  const builds = new Map<string, BuildRecord>();
  const taskRuns = new Map<string, BuildTaskRun>();
  const cancelled: string[] = [];
  const keyOf = (space: string, name: string): string => `${space}/${name}`;
  const find = (space: string, name: string): BuildRecord | undefined => {
    around.reach(space);
    return builds.get(keyOf(space, name));
  };
  return {
    names: () => [...builds.values()].map(({ name }) => name),
    cancelled: () => cancelled,
    becomes(name, run, taskRun) {
      const found = builds.get(keyOf(around.space, name));
      if (found === undefined) throw new Error(`There is no build "${name}".`);
      const child = `${name}-build`;
      builds.set(keyOf(found.space, name), {
        ...found,
        ...(taskRun === undefined ? {} : { taskRun: child }),
        ...run,
      });
      if (taskRun !== undefined)
        taskRuns.set(keyOf(found.space, name), { name: child, run: name, steps: [], ...taskRun });
    },
    find: async (space, name) => find(space, name),
    async create(manifest) {
      const { namespace: space, name } = manifest.metadata;
      const existing = find(space, name);
      if (existing !== undefined) return { outcome: 'exists', build: existing };
      const build = toRecord(manifest, around.now());
      builds.set(keyOf(space, name), build);
      return { outcome: 'created', build };
    },
    async list(space, app) {
      around.reach(space);
      return [...builds.values()]
        .filter((build) => build.space === space && build.labels[LABEL.app] === app)
        .reverse();
    },
    async taskRuns(space, of) {
      around.reach(space);
      return of.flatMap(({ name }) => taskRuns.get(keyOf(space, name)) ?? []);
    },
    async cancel(space, name, because) {
      const build = find(space, name);
      if (build === undefined || !isActive(build)) return 'finished';
      cancelled.push(name);
      const annotations = { ...build.annotations, [ANNOTATION.cancelledBecause]: because };
      const condition = { status: 'False', reason: 'Cancelled' } as const;
      builds.set(keyOf(space, name), { ...build, annotations, condition });
      return 'cancelling';
    },
    async delete({ space, name, uid }) {
      if (find(space, name)?.uid !== uid) return 'gone';
      builds.delete(keyOf(space, name));
      return 'deleted';
    },
  };
}

const toRecord = ({ metadata }: BuildRun, now: Date): BuildRecord => ({
  space: metadata.namespace,
  name: metadata.name,
  uid: randomUUID(),
  createdAt: now.toISOString(),
  deleting: false,
  labels: metadata.labels,
  annotations: metadata.annotations,
  ownerUid: metadata.ownerReferences[0]?.uid ?? '',
  id: metadata.labels[LABEL.buildId],
  sha256: metadata.annotations[ANNOTATION.sourceSha256],
  repository: metadata.annotations[ANNOTATION.repository],
});
