import { formatCpu, formatSize } from '../platform/quantities.ts';
import type { BuildSettings, Phase } from './build.ts';
import type { Source } from './source.ts';

/** Keys of the Secret of a build. */
export const BUILD_KEY = { url: 'url', credentials: 'config.json' } as const;
export const ENV_KEY = 'env.';

/** Names of the results of the steps. */
export const RESULTS = ['digest', 'processes'] as const;

type Built = { readonly source: Source; readonly settings: BuildSettings };

/** Pipeline task that builds `image`, with a step for each phase. `secret`: name of the run's Secret, created after it. */
export const toBuildTask = (built: Built, secret: string, image: string) => ({
  results: RESULTS.map((name) => ({ name })),
  volumes: toVolumes(built, secret),
  stepTemplate: toStepTemplate(built.settings),
  steps: toSteps(built, image),
});

const toVolumes = ({ source: { env = [] }, settings }: Built, secret: string) => [
  ...['vcap', 'layers', 'tmp', 'analyzed'].map((name) => ({
    name,
    emptyDir: { sizeLimit: formatSize(settings.disk) },
  })),
  { name: 'source', secret: { secretName: secret, items: [{ key: BUILD_KEY.url, path: BUILD_KEY.url }] } },
  ...toRegistry(settings, secret),
  ...(env.length === 0 ? [] : [toPlatform(env, secret)]),
];

function toRegistry({ registryAuth }: BuildSettings, secret: string) {
  if (registryAuth.kind === 'none') return [];
  const [secretName, key] =
    registryAuth.kind === 'secret'
      ? [registryAuth.name, '.dockerconfigjson']
      : [secret, BUILD_KEY.credentials];
  return [{ name: 'registry', secret: { secretName, items: [{ key, path: 'config.json' }] } }];
}

const toPlatform = (env: NonNullable<Source['env']>, secretName: string) => ({
  name: 'platform',
  secret: { secretName, items: env.map(({ name }) => ({ key: `${ENV_KEY}${name}`, path: name })) },
});

function toSteps({ source: { sha256, env = [] }, settings }: Built, image: string) {
  const platform = env.length === 0 ? [] : [{ name: 'platform', mountPath: '/platform/env', readOnly: true }];
  return [
    {
      ...step('fetch', ['/bin/sh', '-ec'], [FETCH]),
      env: [
        { name: 'SOURCE_SHA256', value: sha256 },
        { name: 'SOURCE_URL_FILE', value: `/build-secret/${BUILD_KEY.url}` },
        { name: 'SOURCE_FILE', value: '/layers/source.tgz' },
        { name: 'SOURCE_LIMIT', value: String(settings.disk) },
      ],
      volumeMounts: [{ name: 'source', mountPath: '/build-secret', readOnly: true }],
    },
    {
      ...step('analyze', ['/cnb/lifecycle/analyzer'], [`-run-image=${settings.runImage}`, image]),
      ...onRegistry(settings, ANALYZED),
    },
    { ...step('detect', ['/cnb/lifecycle/detector']), volumeMounts: [FIXED, ...platform] },
    { ...step('restore', ['/cnb/lifecycle/restorer']), ...onRegistry(settings, ANALYZED) },
    { ...step('build', ['/cnb/lifecycle/builder']), volumeMounts: [FIXED, ...platform] },
    { ...step('export', ['/cnb/lifecycle/exporter'], [image]), ...onRegistry(settings, FIXED) },
    step('digest', ['/bin/sh', '-ec'], [DIGEST]),
  ].map((one) => ({ ...one, computeResources: toResources(settings, one.name) }));
}

const step = (name: Phase, command: readonly string[], args: readonly string[] = []) => ({
  name,
  command,
  ...(args.length === 0 ? {} : { args }),
});

/**
 * Folder of the names of the base image and the earlier image. `export` reads these images with the registry's credentials,
 * so the steps in which code of the source runs, `detect` and `build`, can't write it.
 */
const ANALYZED = { name: 'analyzed', mountPath: '/analyzed' };
const FIXED = { ...ANALYZED, readOnly: true };

/** Access to the registry, for steps in which the source's own scripts do not run. */
const onRegistry = ({ registryAuth }: BuildSettings, analyzed: typeof ANALYZED) =>
  registryAuth.kind === 'none'
    ? { volumeMounts: [analyzed] }
    : {
        env: [{ name: 'DOCKER_CONFIG', value: '/registry' }],
        volumeMounts: [analyzed, { name: 'registry', mountPath: '/registry', readOnly: true }],
      };

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
    { name: 'CNB_ANALYZED_PATH', value: '/analyzed/analyzed.toml' },
    { name: 'CNB_REPORT_PATH', value: '/layers/report.toml' },
    // Whoever can write the tag could put files into this build: `analyze` unpacks a layer of the earlier image.
    { name: 'CNB_SKIP_LAYERS', value: 'true' },
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

/**
 * Memory limit of each step, as each reads what the source or its scripts wrote. Only `build` requests any: steps run one
 * after another, but the requests of a pod are summed, and without a request the limit would be one.
 */
const toResources = ({ cpu, memory }: BuildSettings, step: Phase) => ({
  requests: step === 'build' ? { cpu: formatCpu(cpu), memory: formatSize(memory) } : { memory: '0' },
  limits: { memory: formatSize(memory) },
});

/** Script of the step `fetch`: a builder has curl or wget. For its exit codes see result.ts. */
const FETCH = `fetch() {
  if command -v curl >/dev/null; then curl -fsSL --retry 3 -o "$SOURCE_FILE" "$1"; else wget -q -O "$SOURCE_FILE" "$1"; fi
}
fetch "$(cat "$SOURCE_URL_FILE")" || { echo "The source cannot be fetched."; exit 15; }
echo "$SOURCE_SHA256  $SOURCE_FILE" | sha256sum -c - >/dev/null || { echo "The source is not the one that was uploaded: wrong checksum."; exit 16; }
[ "$(gzip -dc "$SOURCE_FILE" 2>/dev/null | head -c "$((SOURCE_LIMIT + 1))" | wc -c)" -le "$SOURCE_LIMIT" ] || { echo "The source unpacks to more than $SOURCE_LIMIT bytes."; exit 18; }
mkdir "$CNB_APP_DIR"
tar -xzf "$SOURCE_FILE" -C "$CNB_APP_DIR" || { echo "The source is not a tar.gz."; exit 17; }
rm "$SOURCE_FILE"
`;

const DIGEST = `sed -n 's/^ *digest = "\\(sha256:[0-9a-f]*\\)"/\\1/p' "$CNB_REPORT_PATH" | tr -d '\\n' >$(results.digest.path)
sed -n 's/^ *type = "\\(.*\\)"/\\1/p' "$CNB_LAYERS_DIR/config/metadata.toml" | xargs | tr -d '\\n' >$(results.processes.path)
`;
