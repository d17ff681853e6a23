import type { App } from '../apps/app.ts';
import { ANNOTATION, GROUP, LABEL, MANAGED_BY, VERSION } from '../platform/labels.ts';
import { buildSecretName, hashOf, taskName } from '../platform/names.ts';
import { formatDuration } from '../platform/quantities.ts';
import type { BuildSettings } from './build.ts';
import { type Source, sourceId } from './source.ts';
import { BUILD_KEY, ENV_KEY, RESULTS, toBuildTask } from './steps.ts';

/** Name of the one pipeline task; TaskRun and Pod are named `<run>-build` and `<run>-build-pod`. */
export const PIPELINE_TASK = 'build';

/** Build to start: the input of its PipelineRun. */
export type BuildSpec = {
  readonly app: App;
  readonly source: Source;
  readonly settings: BuildSettings;
  /** Number of the attempt to build this source, from 1. */
  readonly attempt: number;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly nonce: string;
};

/** Name of the build of a source by this builder: the same source has the same name. */
export function buildName(app: string, source: Source, settings: BuildSettings, attempt: number): string {
  const id = hashOf([sourceId(source), settings.builder, settings.runImage], 10);
  return taskName(app, attempt === 1 ? `build-${id}` : `build-${id}-${attempt}`);
}

/** Data of the Secret of a build. */
export const buildSecret = (
  source: Source,
  { url, credentials }: { readonly url: string; readonly credentials?: string | undefined },
): Readonly<Record<string, string>> => ({
  [BUILD_KEY.url]: url,
  ...(credentials === undefined ? {} : { [BUILD_KEY.credentials]: credentials }),
  ...Object.fromEntries((source.env ?? []).map(({ name, value }) => [`${ENV_KEY}${name}`, value])),
});

/**
 * Builds the PipelineRun that turns a source into an image: one pod, a step for each phase of the buildpack lifecycle. It
 * holds no text of users but labels and names: the environment of the build comes from its Secret. Registry credentials are
 * mounted only into the steps that talk to the registry, never where the source's own scripts run.
 */
export function toBuildRun(build: BuildSpec) {
  const { app, source, settings, attempt } = build;
  const name = buildName(app.name, source, settings, attempt);
  const { repository, tag } = destinationOf(build, name);
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
        [ANNOTATION.requestedBy]: build.requestedBy,
        [ANNOTATION.requestedAt]: build.requestedAt.toISOString(),
        [ANNOTATION.nonce]: build.nonce,
        'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
        'karpenter.sh/do-not-disrupt': 'true',
      },
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: {
      timeouts: { pipeline: '0s' },
      taskRunTemplate: toTemplate(app, settings),
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
            taskSpec: toBuildTask(build, buildSecretName(name), `${repository}:${tag}`),
          },
        ],
      },
    },
  };
}

export type BuildRun = ReturnType<typeof toBuildRun>;

/** Repository and tag of an image. In ECR, where repositories must exist, a space has one for all of its apps. */
function destinationOf({ app: { space, name }, settings }: BuildSpec, run: string) {
  const hash = hashOf([space, run], 12);
  return settings.registryAuth.kind === 'ecr'
    ? { repository: `${settings.repository}/${space}`, tag: `${name}.${hash}` }
    : { repository: `${settings.repository}/${space}/${name}`, tag: hash };
}

/** Pods of a build run on the nodes of the app's tasks: the image is of the processors that they have. */
const toTemplate = (
  { spec: { placement = {} } }: App,
  { user: { uid, gid }, serviceAccount }: BuildSettings,
) => ({
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
    ...(placement.nodeSelector === undefined ? {} : { nodeSelector: placement.nodeSelector }),
    ...(placement.tolerations === undefined ? {} : { tolerations: placement.tolerations }),
  },
});
