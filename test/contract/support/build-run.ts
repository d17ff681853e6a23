import type { BuildConfig } from '../../../local/lifecycle/builds.ts';

type Build = {
  readonly name: string;
  readonly ground: BuildConfig;
  readonly image: string;
  readonly runImage?: string;
  readonly platformApi?: string;
  readonly appDir?: string;
  readonly url: string;
  readonly sha256: string;
};

const FETCH = `
if command -v wget >/dev/null; then wget -q -O "$SOURCE_FILE" "$SOURCE_URL"; else curl -fsSo "$SOURCE_FILE" "$SOURCE_URL"; fi || { echo "source: cannot be fetched"; exit 15; }
echo "$SOURCE_SHA256  $SOURCE_FILE" | sha256sum -c - || { echo "source: wrong checksum"; exit 16; }
mkdir -p "$CNB_APP_DIR" && tar -xzf "$SOURCE_FILE" -C "$CNB_APP_DIR" || { echo "source: not a tar.gz"; exit 17; }
rm "$SOURCE_FILE"`;

const DIGEST = `
sed -n 's/^ *digest = "\\(sha256:[0-9a-f]*\\)"/\\1/p' "$CNB_REPORT_PATH" | tr -d '\\n' >$(results.digest.path)
sed -n 's/^ *type = "\\(.*\\)"/\\1/p' "$CNB_LAYERS_DIR/config/metadata.toml" | xargs | tr -d '\\n' >$(results.processes.path)`;

const phase = (name: string, program: string, args: readonly string[] = []) => ({
  name,
  command: [`/cnb/lifecycle/${program}`],
  args,
});

const POD = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    fsGroup: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

const MOUNTS = [
  { name: 'vcap', mountPath: '/home/vcap' },
  { name: 'layers', mountPath: '/layers' },
  { name: 'tmp', mountPath: '/tmp' },
];

/** A build as a PipelineRun of one pod: fetch, the phases of the lifecycle, the digest as a result. */
export const buildRun = ({ name, ground, image, url, sha256, ...given }: Build) => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { name },
  spec: {
    timeouts: { pipeline: '0s' },
    taskRunTemplate: { serviceAccountName: 'build', podTemplate: POD },
    pipelineSpec: {
      results: ['digest', 'processes'].map((result) => ({
        name: result,
        value: `$(tasks.build.results.${result})`,
      })),
      tasks: [
        {
          name: 'build',
          timeout: '15m0s',
          taskSpec: {
            results: [{ name: 'digest' }, { name: 'processes' }],
            volumes: MOUNTS.map((mount) => ({ name: mount.name, emptyDir: {} })),
            stepTemplate: {
              image: ground.builder,
              imagePullPolicy: 'IfNotPresent',
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              env: [
                { name: 'CNB_PLATFORM_API', value: given.platformApi ?? '0.14' },
                { name: 'CNB_APP_DIR', value: given.appDir ?? '/home/vcap/app' },
                { name: 'CNB_LAYERS_DIR', value: '/layers' },
                { name: 'CNB_REPORT_PATH', value: '/layers/report.toml' },
                { name: 'CNB_INSECURE_REGISTRIES', value: ground.insecureRegistries },
                { name: 'CNB_NO_COLOR', value: 'true' },
              ],
              volumeMounts: MOUNTS,
            },
            steps: [
              {
                name: 'fetch',
                command: ['/bin/sh', '-ec'],
                args: [FETCH],
                env: [
                  { name: 'SOURCE_URL', value: url },
                  { name: 'SOURCE_SHA256', value: sha256 },
                  { name: 'SOURCE_FILE', value: '/layers/source.tgz' },
                ],
              },
              phase('analyze', 'analyzer', [`-run-image=${given.runImage ?? ground.runImage}`, image]),
              phase('detect', 'detector'),
              phase('restore', 'restorer'),
              phase('build', 'builder'),
              phase('export', 'exporter', [image]),
              { name: 'digest', command: ['/bin/sh', '-ec'], args: [DIGEST] },
            ],
          },
        },
      ],
    },
  },
});
