import type { App } from './app.ts';
import type { BuildSettings, Phase } from './build.ts';
import { ANNOTATION, GROUP, LABEL, MANAGED_BY, VERSION } from './labels.ts';
import { buildSecretName, hashOf, taskName } from './names.ts';
import { formatCpu, formatDuration, formatSize } from './quantities.ts';
import type { Source } from './source.ts';

/** Name of the one pipeline task; TaskRun and Pod are named `<run>-build` and `<run>-build-pod`. */
const PIPELINE_TASK = 'build';

/** Keys of the Secret of a build. */
const BUILD_KEY = { url: 'url', credentials: 'config.json' } as const;
const ENV_KEY = 'env.';

/** A build that was asked for. */
export type BuildOrder = {
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
export function toBuildRun(order: BuildOrder) {
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
            taskSpec: toTaskSpec(order, buildSecretName(name), `${repository}:${tag}`),
          },
        ],
      },
    },
  };
}

export type BuildRun = ReturnType<typeof toBuildRun>;

const RESULTS = ['digest', 'processes'] as const;

/** The repository and the tag of an image. ECR has one repository for all of them, whose tags tell them apart. */
function placeOf({ app: { space, name }, settings }: BuildOrder, run: string) {
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

function toTaskSpec({ source, settings }: BuildOrder, secret: string, image: string) {
  const { env = [] } = source;
  const { registryAuth, runImage } = settings;
  const registry =
    registryAuth.kind === 'none'
      ? []
      : [
          {
            name: 'registry',
            secret: {
              secretName: registryAuth.kind === 'secret' ? registryAuth.name : secret,
              items: [
                {
                  key: registryAuth.kind === 'secret' ? '.dockerconfigjson' : BUILD_KEY.credentials,
                  path: 'config.json',
                },
              ],
            },
          },
        ];
  const platform = {
    name: 'platform',
    secret: {
      secretName: secret,
      items: env.map(({ name }) => ({ key: `${ENV_KEY}${name}`, path: name })),
    },
  };
  const isRegistered = registry.length > 0;
  const onPlatform = env.length === 0 ? {} : mount('platform', '/platform/env');
  return {
    results: RESULTS.map((name) => ({ name })),
    volumes: [
      { name: 'vcap', emptyDir: { sizeLimit: formatSize(settings.disk) } },
      { name: 'layers', emptyDir: { sizeLimit: formatSize(settings.disk) } },
      { name: 'tmp', emptyDir: { sizeLimit: formatSize(settings.disk) } },
      {
        name: 'source',
        secret: { secretName: secret, items: [{ key: BUILD_KEY.url, path: BUILD_KEY.url }] },
      },
      ...registry,
      ...(env.length === 0 ? [] : [platform]),
    ],
    stepTemplate: toStepTemplate(settings),
    steps: [
      {
        ...step('fetch', ['/bin/sh', '-ec'], [FETCH]),
        env: [
          { name: 'SOURCE_SHA256', value: source.sha256 },
          { name: 'SOURCE_URL_FILE', value: `/build-secret/${BUILD_KEY.url}` },
          { name: 'SOURCE_FILE', value: '/layers/source.tgz' },
        ],
        ...mount('source', '/build-secret'),
      },
      withRegistry(
        step('analyze', ['/cnb/lifecycle/analyzer'], [`-run-image=${runImage}`, image]),
        isRegistered,
      ),
      { ...step('detect', ['/cnb/lifecycle/detector']), ...onPlatform },
      withRegistry(step('restore', ['/cnb/lifecycle/restorer']), isRegistered),
      // The one step that needs as much as the stage gives: the source's own scripts run in it.
      {
        ...step('build', ['/cnb/lifecycle/builder']),
        ...onPlatform,
        computeResources: toResources(settings),
      },
      withRegistry(step('export', ['/cnb/lifecycle/exporter'], [image]), isRegistered),
      step('digest', ['/bin/sh', '-ec'], [DIGEST]),
    ],
  };
}

const step = (name: Phase, command: readonly string[], args: readonly string[] = []) => ({
  name,
  command,
  ...(args.length === 0 ? {} : { args }),
});

const mount = (name: string, mountPath: string) => ({
  volumeMounts: [{ name, mountPath, readOnly: true }],
});

const withRegistry = (made: ReturnType<typeof step>, isRegistered: boolean) =>
  isRegistered
    ? { ...made, env: [{ name: 'DOCKER_CONFIG', value: '/registry' }], ...mount('registry', '/registry') }
    : made;

const toStepTemplate = (settings: BuildSettings) => ({
  image: settings.builder,
  imagePullPolicy: 'IfNotPresent',
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  env: [
    { name: 'CNB_PLATFORM_API', value: '0.14' },
    { name: 'CNB_APP_DIR', value: '/home/vcap/app' },
    { name: 'CNB_LAYERS_DIR', value: '/layers' },
    { name: 'CNB_REPORT_PATH', value: '/layers/report.toml' },
    ...(settings.insecureRegistries.length === 0
      ? []
      : [{ name: 'CNB_INSECURE_REGISTRIES', value: settings.insecureRegistries.join(',') }]),
    { name: 'CNB_NO_COLOR', value: 'true' },
  ],
  volumeMounts: [
    { name: 'vcap', mountPath: '/home/vcap' },
    { name: 'layers', mountPath: '/layers' },
    { name: 'tmp', mountPath: '/tmp' },
  ],
});

/** Of the step `build` alone: the steps run one after another, but a pod's requests are added up. */
const toResources = ({ cpu, memory }: BuildSettings) => ({
  requests: { cpu: formatCpu(cpu), memory: formatSize(memory) },
  limits: { memory: formatSize(memory) },
});

/** A builder has curl or wget. The codes tell what went wrong: see build-result.ts. */
const FETCH = `fetch() {
  if command -v curl >/dev/null; then curl -fsSL --retry 3 -o "$SOURCE_FILE" "$1"; else wget -q -O "$SOURCE_FILE" "$1"; fi
}
fetch "$(cat "$SOURCE_URL_FILE")" || { echo "The source cannot be fetched."; exit 15; }
echo "$SOURCE_SHA256  $SOURCE_FILE" | sha256sum -c - >/dev/null || { echo "The source is not the one that was uploaded: wrong checksum."; exit 16; }
mkdir "$CNB_APP_DIR"
tar -xzf "$SOURCE_FILE" -C "$CNB_APP_DIR" || { echo "The source is not a tar.gz."; exit 17; }
rm "$SOURCE_FILE"
`;

const DIGEST = `sed -n 's/^ *digest = "\\(sha256:[0-9a-f]*\\)"/\\1/p' "$CNB_REPORT_PATH" | tr -d '\\n' >$(results.digest.path)
sed -n 's/^ *type = "\\(.*\\)"/\\1/p' "$CNB_LAYERS_DIR/config/metadata.toml" | xargs | tr -d '\\n' >$(results.processes.path)
`;
