import type { App } from '../apps/app.ts';
import { ANNOTATION, GROUP, LABEL, MANAGED_BY, VERSION } from '../platform/labels.ts';
import { buildSecretName, hashOf, taskName } from '../platform/names.ts';
import { formatDuration } from '../platform/quantities.ts';
import type { BuildSettings } from './build.ts';
import type { Source } from './source.ts';
import { BUILD_KEY, ENV_KEY, RESULTS, toBuildTask } from './steps.ts';

/** Name of the one pipeline task; TaskRun and Pod are named `<run>-build` and `<run>-build-pod`. */
const PIPELINE_TASK = 'build';

/** A build that was asked for. */
export type BuildSpec = {
  readonly app: App;
  readonly source: Source;
  readonly settings: BuildSettings;
  /** From 1: builds of one content that failed before this one, and one more. */
  readonly attempt: number;
  readonly requestedBy: string;
  readonly requestedAt: Date;
};

/** Ten hex digits of a source with its environment. */
export const sourceId = ({ sha256, env = [], rebuild = '' }: Source): string =>
  hashOf([sha256, rebuild, ...env.flatMap(({ name, value }) => [name, value])], 10);

/** Name of the build of an app's source by this builder; the same again has the same name. */
export function buildName(app: string, source: Source, settings: BuildSettings, attempt: number): string {
  const id = hashOf([sourceId(source), settings.builder, settings.runImage], 10);
  return taskName(app, attempt === 1 ? `build-${id}` : `build-${id}-${attempt}`);
}

/** What the Secret of a build holds. */
export const buildSecret = (
  source: Source,
  { url, credentials }: { readonly url: string; readonly credentials?: string | undefined },
): Readonly<Record<string, string>> => ({
  [BUILD_KEY.url]: url,
  ...(credentials === undefined ? {} : { [BUILD_KEY.credentials]: credentials }),
  ...Object.fromEntries((source.env ?? []).map(({ name, value }) => [`${ENV_KEY}${name}`, value])),
});

/**
 * The PipelineRun that builds a source: one pod, a step for each phase of the lifecycle. No text of a user's is in it
 * but labels and names: the environment of the build is files of its Secret. The credentials are mounted where the
 * registry is spoken to, and not where the source's own scripts run.
 */
export function toBuildRun(order: BuildSpec) {
  const { app, source, settings, attempt } = order;
  const name = buildName(app.name, source, settings, attempt);
  const { repository, tag } = placeOf(order, name);
  const owner = { apiVersion: `${GROUP}/${VERSION}`, kind: 'App', name: app.name, uid: app.uid };
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      name,
      namespace: app.space,
      labels: {
        [LABEL.name]: app.name,
        [LABEL.component]: 'build',
        [LABEL.managedBy]: MANAGED_BY,
        [LABEL.app]: app.name,
        [LABEL.buildId]: sourceId(source),
        [LABEL.excludeFromBackup]: 'true',
      },
      annotations: {
        [ANNOTATION.sourceSha256]: source.sha256,
        [ANNOTATION.repository]: repository,
        [ANNOTATION.requestedBy]: order.requestedBy,
        [ANNOTATION.requestedAt]: order.requestedAt.toISOString(),
        'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
        'karpenter.sh/do-not-disrupt': 'true',
      },
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: {
      timeouts: { pipeline: '0s' },
      taskRunTemplate: toTemplate(settings),
      pipelineSpec: {
        results: RESULTS.map((result) => ({
          name: result,
          value: `$(tasks.${PIPELINE_TASK}.results.${result})`,
        })),
        tasks: [
          {
            name: PIPELINE_TASK,
            timeout: formatDuration(settings.timeoutSeconds),
            retries: 0,
            taskSpec: toBuildTask(order, buildSecretName(name), `${repository}:${tag}`),
          },
        ],
      },
    },
  };
}

export type BuildRun = ReturnType<typeof toBuildRun>;

/** The repository and the tag of an image. ECR has one repository for all of them, whose tags tell them apart. */
function placeOf({ app: { space, name }, settings }: BuildSpec, run: string) {
  const hash = hashOf([space, run], 12);
  return settings.registryAuth.kind === 'ecr'
    ? { repository: settings.repository, tag: `${space.slice(0, 50)}.${name.slice(0, 50)}.${hash}` }
    : { repository: `${settings.repository}/${space}/${name}`, tag: hash };
}

const toTemplate = ({ user: { uid, gid }, serviceAccount }: BuildSettings) => ({
  serviceAccountName: serviceAccount,
  podTemplate: {
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      fsGroup: gid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  },
});
