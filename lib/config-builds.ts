import * as v from 'valibot';
import type { BuildSettings } from './domain/build.ts';
import { parseCpu, parseDuration, parseSize } from './domain/quantities.ts';
import { given, read, Text } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that has a default where it is absent or empty, from its text by `parse`. */
const measure = (fallback: string, parse: (text: string) => number | undefined, rule: string) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.transform((text) => parse(text === '' ? fallback : text)),
    v.number(rule),
    v.minValue(1, rule),
  );

const User = v.pipe(
  v.optional(v.string(), ''),
  v.transform((text) => (text === '' ? '1000:1000' : text)),
  v.regex(/^[1-9]\d{0,9}:\d{1,10}$/, "UID:GID of the builder's user, such as 1000:1000, not root"),
  v.transform((text) => {
    const [uid, gid] = text.split(':').map(Number);
    return { uid: uid ?? 0, gid: gid ?? 0 };
  }),
);

const Hosts = v.pipe(
  v.optional(v.string(), ''),
  v.transform((text) =>
    text
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
  ),
);

/** Without a trailing slash, tag or digest: a build adds those. */
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

const BuildEnvironment = v.object({
  TASKBRIDGE_BUILDER: Text,
  TASKBRIDGE_RUN_IMAGE: v.pipe(v.string(), v.regex(/./, 'the image that built images begin with')),
  TASKBRIDGE_IMAGE_REPOSITORY: v.pipe(
    v.string(),
    v.regex(REPOSITORY, 'what built images are pushed to, such as registry.example/apps, without a tag'),
  ),
  TASKBRIDGE_BUILD_USER: User,
  TASKBRIDGE_BUILD_MEMORY: measure('2Gi', parseSize, 'memory of a build, such as 2Gi'),
  TASKBRIDGE_BUILD_DISK: measure('4Gi', parseSize, 'disk of a build, such as 4Gi'),
  TASKBRIDGE_BUILD_CPU: measure('500m', parseCpu, 'processors of a build, such as 500m or 2'),
  TASKBRIDGE_BUILD_TIMEOUT: measure('15m', parseDuration, 'how long a build may take, such as 15m'),
  TASKBRIDGE_INSECURE_REGISTRIES: Hosts,
});

/** How builds sign in to the registry. */
const RegistryAuth = v.variant(
  'TASKBRIDGE_REGISTRY_AUTH',
  [
    v.object({ TASKBRIDGE_REGISTRY_AUTH: v.literal('none') }),
    v.object({
      TASKBRIDGE_REGISTRY_AUTH: v.literal('secret'),
      TASKBRIDGE_REGISTRY_SECRET: v.pipe(
        v.string(),
        v.regex(
          /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
          'name of the Secret of type kubernetes.io/dockerconfigjson in each space',
        ),
      ),
    }),
    v.object({ TASKBRIDGE_REGISTRY_AUTH: v.literal('ecr'), AWS_REGION: Text }),
  ],
  'none, secret or ecr',
);

const SERVICE_ACCOUNT = 'taskbridge-build';

/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/…`: the token is of the registry's region, not the function's. */
const ECR_REGION = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\./;

/** How the stage builds images; `undefined` where it names no builder. Throws with the name of each wrong variable. */
export function buildSettingsOf(environment: Environment): BuildSettings | undefined {
  if (given(environment.TASKBRIDGE_BUILDER ?? '') === undefined) return undefined;
  const withDefaults = {
    ...environment,
    TASKBRIDGE_REGISTRY_AUTH: given(environment.TASKBRIDGE_REGISTRY_AUTH ?? '') ?? 'none',
  };
  const settings = read(v.intersect([BuildEnvironment, RegistryAuth]), withDefaults);
  return {
    builder: settings.TASKBRIDGE_BUILDER,
    runImage: settings.TASKBRIDGE_RUN_IMAGE,
    repository: settings.TASKBRIDGE_IMAGE_REPOSITORY,
    user: settings.TASKBRIDGE_BUILD_USER,
    serviceAccount: SERVICE_ACCOUNT,
    memory: settings.TASKBRIDGE_BUILD_MEMORY,
    disk: settings.TASKBRIDGE_BUILD_DISK,
    cpu: settings.TASKBRIDGE_BUILD_CPU,
    timeoutSeconds: settings.TASKBRIDGE_BUILD_TIMEOUT,
    registryAuth: registryAuthOf(settings, settings.TASKBRIDGE_IMAGE_REPOSITORY),
    insecureRegistries: settings.TASKBRIDGE_INSECURE_REGISTRIES,
  };
}

function registryAuthOf(
  settings: v.InferOutput<typeof RegistryAuth>,
  repository: string,
): BuildSettings['registryAuth'] {
  switch (settings.TASKBRIDGE_REGISTRY_AUTH) {
    case 'none':
      return { kind: 'none' };
    case 'secret':
      return { kind: 'secret', name: settings.TASKBRIDGE_REGISTRY_SECRET };
    case 'ecr':
      return { kind: 'ecr', region: ECR_REGION.exec(repository)?.[1] ?? settings.AWS_REGION };
  }
}

const SourcesEnvironment = v.object({
  TASKBRIDGE_SOURCES_BUCKET: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'name of the bucket that sources are uploaded to'),
  ),
  TASKBRIDGE_MAX_SOURCE_BYTES: v.pipe(
    v.optional(v.string(), ''),
    v.transform((text) => (text === '' ? String(1024 ** 3) : text)),
    // S3 takes no more than 5 GiB in one request.
    v.check(
      (text) => /^[1-9]\d{0,9}$/.test(text) && Number(text) <= 5 * 1024 ** 3,
      'how many bytes a source may have, from 1 to 5368709120, 1073741824 if not given',
    ),
    v.transform(Number),
  ),
  AWS_REGION: Text,
  /** The SDKs' own name. Empty: AWS. */
  AWS_ENDPOINT_URL_S3: v.optional(v.string(), ''),
});

/** Where sources are, and how large one may be; `undefined` where the stage builds nothing. */
export function sourceSettingsOf(environment: Environment) {
  if (given(environment.TASKBRIDGE_BUILDER ?? '') === undefined) return undefined;
  const settings = read(SourcesEnvironment, environment);
  return {
    bucket: settings.TASKBRIDGE_SOURCES_BUCKET,
    mostBytes: settings.TASKBRIDGE_MAX_SOURCE_BYTES,
    region: settings.AWS_REGION,
    endpoint: given(settings.AWS_ENDPOINT_URL_S3),
  };
}

/** Another place than AWS for the registry's tokens, by the SDKs' own name. */
export const ecrEndpointOf = (environment: Environment): string | undefined =>
  given(environment.AWS_ENDPOINT_URL_ECR ?? '');
