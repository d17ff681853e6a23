import * as v from 'valibot';
import { parseCpu, parseDuration, parseSize } from './quantities.ts';

/*
 * Settings of a function, from its environment. No other file of lib/ or functions/ reads the environment, so that all
 * variables stand in one file, which is longer than others for that.
 */

type Environment = Readonly<Record<string, string | undefined>>;

const Text = v.pipe(v.string(), v.minLength(1));
const text = (pattern: RegExp, rule: string) => v.pipe(v.string(), v.regex(pattern, rule));

/** A text that may be absent; empty is absent. */
const OptionalText = v.pipe(
  v.optional(v.string(), ''),
  v.transform((value) => value || undefined),
);
const withDefault = (fallback: string) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.transform((value) => value || fallback),
  );

/** A number of at least 1 that `parse` reads. */
const quantity = (fallback: string, parse: (text: string) => number | undefined, rule: string) =>
  v.pipe(withDefault(fallback), v.transform(parse), v.number(rule), v.minValue(1, rule));

/** Sign-in to the cluster. */
export type ClusterAuth =
  | { readonly kind: 'eks'; readonly cluster: string; readonly region: string }
  | {
      readonly kind: 'token-secret';
      readonly name: string;
      readonly region: string;
      readonly endpoint?: string | undefined;
    }
  | { readonly kind: 'token-file'; readonly file: string }
  | { readonly kind: 'certificate'; readonly certFile: string; readonly keyFile: string };

const Auth = v.variant('TASKBRIDGE_CLUSTER_AUTH', [
  v.object({ TASKBRIDGE_CLUSTER_AUTH: v.literal('eks'), TASKBRIDGE_CLUSTER_NAME: Text, AWS_REGION: Text }),
  v.object({
    TASKBRIDGE_CLUSTER_AUTH: v.literal('token-secret'),
    /** Prefix of the names of the three secrets: PREFIX/reader, PREFIX/runner, PREFIX/keeper. */
    TASKBRIDGE_CLUSTER_TOKEN_SECRETS: Text,
    TASKBRIDGE_IDENTITY: v.picklist(['reader', 'runner', 'keeper'], 'reader, runner or keeper'),
    AWS_REGION: Text,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: OptionalText,
  }),
  v.object({ TASKBRIDGE_CLUSTER_AUTH: v.literal('token-file'), TASKBRIDGE_CLUSTER_TOKEN_FILE: Text }),
  v.object({
    TASKBRIDGE_CLUSTER_AUTH: v.literal('certificate'),
    TASKBRIDGE_CLUSTER_CERT_FILE: Text,
    TASKBRIDGE_CLUSTER_KEY_FILE: Text,
  }),
]);

function clusterAuthOf(e: v.InferOutput<typeof Auth>): ClusterAuth {
  switch (e.TASKBRIDGE_CLUSTER_AUTH) {
    case 'eks':
      return { kind: 'eks', cluster: e.TASKBRIDGE_CLUSTER_NAME, region: e.AWS_REGION };
    case 'token-secret':
      return {
        kind: 'token-secret',
        name: `${e.TASKBRIDGE_CLUSTER_TOKEN_SECRETS}/${e.TASKBRIDGE_IDENTITY}`,
        region: e.AWS_REGION,
        endpoint: e.AWS_ENDPOINT_URL_SECRETS_MANAGER,
      };
    case 'token-file':
      return { kind: 'token-file', file: e.TASKBRIDGE_CLUSTER_TOKEN_FILE };
    case 'certificate':
      return {
        kind: 'certificate',
        certFile: e.TASKBRIDGE_CLUSTER_CERT_FILE,
        keyFile: e.TASKBRIDGE_CLUSTER_KEY_FILE,
      };
  }
}

/** The Kubernetes API. */
const Cluster = v.pipe(
  v.intersect([
    Auth,
    v.object({
      TASKBRIDGE_CLUSTER_ENDPOINT: text(/^https?:\/\//, 'https://… of the Kubernetes API'),
      /** Base64 of PEM, as `aws eks describe-cluster` gives it. Empty: the system's authorities. */
      TASKBRIDGE_CLUSTER_CA: OptionalText,
    }),
  ]),
  v.transform((e) => ({
    endpoint: e.TASKBRIDGE_CLUSTER_ENDPOINT.replace(/(?<!\/)\/+$/, ''),
    ca: e.TASKBRIDGE_CLUSTER_CA && Buffer.from(e.TASKBRIDGE_CLUSTER_CA, 'base64').toString(),
    auth: clusterAuthOf(e),
  })),
);

/**
 * Event sources that may trigger the jobs of a space, deny by default, as JSON:
 * `{ "team-a": { "default": ["aws.s3"], "service": ["shop.*"] }, "*": { "default": ["aws.health"] } }`. A space (`*`: every
 * one), a bus, its sources; `shop.*` is every source that begins with `shop.`.
 */
const EventSources = v.pipe(
  withDefault('{}'),
  v.rawTransform<string, unknown>(({ dataset, addIssue, NEVER }) => {
    try {
      return JSON.parse(dataset.value);
    } catch {
      addIssue({ message: 'sources by space and bus as JSON: {"team-a":{"default":["aws.s3"]}}' });
      return NEVER;
    }
  }),
  v.record(
    v.string(),
    v.strictObject({ default: v.optional(v.array(Text)), service: v.optional(v.array(Text)) }),
  ),
);

const stack = {
  TASKBRIDGE_SERVICE: v.optional(v.string(), 'taskbridge'),
  TASKBRIDGE_STAGE: v.optional(v.string(), 'dev'),
};

/** Name of the stack in metrics and alarms. */
const StackName = v.pipe(
  v.object(stack),
  v.transform((e) => `${e.TASKBRIDGE_SERVICE}-${e.TASKBRIDGE_STAGE}`),
);

/** The stage as a target of events sees it. */
const Events = v.pipe(
  v.object({ ...stack, TASKBRIDGE_EVENT_SOURCES: EventSources }),
  v.transform((e) => ({
    service: e.TASKBRIDGE_SERVICE,
    stage: e.TASKBRIDGE_STAGE,
    sources: e.TASKBRIDGE_EVENT_SOURCES,
  })),
);

/** EventBridge rules. Without a bus the stage has none of its own; without fire-event it has no triggers. */
const Rules = v.pipe(
  v.object({
    TASKBRIDGE_SERVICE: Text,
    TASKBRIDGE_STAGE: text(/^[a-z0-9]+$/, 'lower-case letters and digits alone'),
    TASKBRIDGE_MAX_RULES: v.pipe(
      v.optional(v.string(), '100'),
      v.regex(/^\d{1,6}$/, 'how many rules the stage may have, 100 if not given'),
      v.transform(Number),
    ),
    TASKBRIDGE_FIRE_JOB_ARN: text(/^arn:/, 'arn:aws:lambda:… of the function fire-job'),
    TASKBRIDGE_FIRE_EVENT_ARN: OptionalText,
    TASKBRIDGE_EVENT_BUS: OptionalText,
    TASKBRIDGE_EVENT_SOURCES: EventSources,
    TASKBRIDGE_DEAD_LETTERS_ARN: OptionalText,
    AWS_REGION: Text,
    AWS_ENDPOINT_URL_EVENTBRIDGE: OptionalText,
  }),
  v.transform((e) => ({
    stage: {
      service: e.TASKBRIDGE_SERVICE,
      stage: e.TASKBRIDGE_STAGE,
      maxRules: e.TASKBRIDGE_MAX_RULES,
      sources: e.TASKBRIDGE_EVENT_SOURCES,
      busName: e.TASKBRIDGE_EVENT_BUS,
    },
    functionArn: e.TASKBRIDGE_FIRE_JOB_ARN,
    eventFunctionArn: e.TASKBRIDGE_FIRE_EVENT_ARN,
    deadLettersArn: e.TASKBRIDGE_DEAD_LETTERS_ARN,
    region: e.AWS_REGION,
    endpoint: e.AWS_ENDPOINT_URL_EVENTBRIDGE,
  })),
);

/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/…`: the token is of the registry's region, not the function's. */
const ECR_REGION = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\./;

/** Without a trailing slash, tag or digest: a build adds those. */
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/** Sign-in of a build to the registry. */
const RegistryAuth = v.variant(
  'TASKBRIDGE_REGISTRY_AUTH',
  [
    v.object({ TASKBRIDGE_REGISTRY_AUTH: v.optional(v.picklist(['none', '']), 'none') }),
    v.object({
      TASKBRIDGE_REGISTRY_AUTH: v.literal('secret'),
      TASKBRIDGE_REGISTRY_SECRET: text(
        /^([a-z0-9][-a-z0-9.]*-)?taskbridge-registry$/,
        'name of the Secret of type kubernetes.io/dockerconfigjson in each space, which ends with taskbridge-registry: ' +
          'no app may name such a Secret',
      ),
    }),
    v.object({
      TASKBRIDGE_REGISTRY_AUTH: v.literal('ecr'),
      TASKBRIDGE_REGISTRY_ROLE_ARN: text(/^arn:/, 'arn:aws:iam::… of the role that pushes'),
      AWS_REGION: Text,
    }),
  ],
  'none, secret or ecr',
);

function registryAuthOf(e: v.InferOutput<typeof RegistryAuth>, repository: string) {
  switch (e.TASKBRIDGE_REGISTRY_AUTH) {
    case 'secret':
      return { kind: 'secret', name: e.TASKBRIDGE_REGISTRY_SECRET } as const;
    case 'ecr':
      return {
        kind: 'ecr',
        region: ECR_REGION.exec(repository)?.[1] ?? e.AWS_REGION,
        role: e.TASKBRIDGE_REGISTRY_ROLE_ARN,
      } as const;
    default:
      return { kind: 'none' } as const;
  }
}

const Builds = v.pipe(
  v.intersect([
    v.object({
      TASKBRIDGE_BUILDER: Text,
      TASKBRIDGE_RUN_IMAGE: text(/./, 'the image that built images begin with'),
      TASKBRIDGE_IMAGE_REPOSITORY: text(
        REPOSITORY,
        'what built images are pushed to, such as registry.example/apps, without a tag',
      ),
      TASKBRIDGE_BUILD_USER: v.pipe(
        withDefault('1000:1000'),
        v.regex(/^[1-9]\d{0,9}:\d{1,10}$/, "UID:GID of the builder's user, such as 1000:1000, not root"),
        v.transform((user) => user.split(':').map(Number)),
      ),
      TASKBRIDGE_BUILD_MEMORY: quantity('2Gi', parseSize, 'memory of a build, such as 2Gi'),
      TASKBRIDGE_BUILD_DISK: quantity('4Gi', parseSize, 'disk of a build, such as 4Gi'),
      TASKBRIDGE_BUILD_CPU: quantity('500m', parseCpu, 'processors of a build, such as 500m or 2'),
      TASKBRIDGE_BUILD_TIMEOUT: quantity('15m', parseDuration, 'how long a build may take, such as 15m'),
      TASKBRIDGE_INSECURE_REGISTRIES: v.pipe(
        v.optional(v.string(), ''),
        v.transform((hosts) => hosts.split(',').flatMap((host) => host.trim() || [])),
      ),
    }),
    RegistryAuth,
  ]),
  v.transform((e) => {
    const [uid = 0, gid = 0] = e.TASKBRIDGE_BUILD_USER;
    return {
      builder: e.TASKBRIDGE_BUILDER,
      runImage: e.TASKBRIDGE_RUN_IMAGE,
      repository: e.TASKBRIDGE_IMAGE_REPOSITORY,
      user: { uid, gid },
      serviceAccount: 'taskbridge-build',
      memory: e.TASKBRIDGE_BUILD_MEMORY,
      disk: e.TASKBRIDGE_BUILD_DISK,
      cpu: e.TASKBRIDGE_BUILD_CPU,
      timeoutSeconds: e.TASKBRIDGE_BUILD_TIMEOUT,
      registryAuth: registryAuthOf(e, e.TASKBRIDGE_IMAGE_REPOSITORY),
      insecureRegistries: e.TASKBRIDGE_INSECURE_REGISTRIES,
    };
  }),
);

/** Bucket for sources, and the largest source in bytes. S3 takes at most 5 GiB in one request. */
const Sources = v.pipe(
  v.object({
    TASKBRIDGE_SOURCES_BUCKET: text(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'name of the bucket that sources are uploaded to',
    ),
    TASKBRIDGE_MAX_SOURCE_BYTES: v.pipe(
      withDefault(String(1024 ** 3)),
      v.check(
        (bytes) => /^[1-9]\d{0,9}$/.test(bytes) && Number(bytes) <= 5 * 1024 ** 3,
        'how many bytes a source may have, from 1 to 5368709120, 1073741824 if not given',
      ),
      v.transform(Number),
    ),
    AWS_REGION: Text,
    AWS_ENDPOINT_URL_S3: OptionalText,
  }),
  v.transform((e) => ({
    bucket: e.TASKBRIDGE_SOURCES_BUCKET,
    maxBytes: e.TASKBRIDGE_MAX_SOURCE_BYTES,
    region: e.AWS_REGION,
    endpoint: e.AWS_ENDPOINT_URL_S3,
  })),
);

/** CloudWatch log group that Fluent Bit sends the containers' logs to. */
const LogGroup = v.pipe(
  v.object({
    TASKBRIDGE_LOG_GROUP: Text,
    AWS_REGION: v.optional(v.string(), ''),
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: OptionalText,
  }),
  v.transform((e) => ({
    name: e.TASKBRIDGE_LOG_GROUP,
    region: e.AWS_REGION,
    endpoint: e.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS,
  })),
);

/** Credentials of the function's role, which Lambda sets; they stay the same while the function is warm. */
const Role = v.pipe(
  v.object({
    AWS_ACCESS_KEY_ID: Text,
    AWS_SECRET_ACCESS_KEY: Text,
    AWS_SESSION_TOKEN: v.optional(Text),
  }),
  v.transform((e) => ({
    accessKeyId: e.AWS_ACCESS_KEY_ID,
    secretAccessKey: e.AWS_SECRET_ACCESS_KEY,
    ...(e.AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: e.AWS_SESSION_TOKEN }),
  })),
);

/**
 * Settings by part. A part is read by its first call and kept, so a function starts without the variables of parts
 * that it does not use. Each call throws with the name of each variable that is missing or wrong, and never its value.
 */
export function createConfig(environment: Environment) {
  const part = <S extends v.GenericSchema>(schema: S) => once(() => parse(schema, environment));
  /** A part that is absent where `name` is. */
  const optionalPart = <S extends v.GenericSchema>(name: string, schema: S) =>
    once(() => (environment[name] ? parse(schema, environment) : undefined));
  return {
    cluster: part(Cluster),
    stackName: part(StackName),
    events: part(Events),
    rules: part(Rules),
    builds: optionalPart('TASKBRIDGE_BUILDER', Builds),
    sources: optionalPart('TASKBRIDGE_BUILDER', Sources),
    /** URL in place of AWS's own for ECR. */
    ecrEndpoint: () => environment.AWS_ENDPOINT_URL_ECR || undefined,
    /** URL in place of AWS's own for STS. */
    stsEndpoint: () => environment.AWS_ENDPOINT_URL_STS || undefined,
    /** Extended resource of a GPU. */
    gpuResource: () => environment.TASKBRIDGE_GPU_RESOURCE || undefined,
    /** X-Ray header of the current invocation, which Lambda sets for each. */
    traceHeader: () => environment._X_AMZN_TRACE_ID,
    logGroup: optionalPart('TASKBRIDGE_LOG_GROUP', LogGroup),
    role: part(Role),
  };
}

/** Settings of this process. */
export const config = createConfig(process.env);

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

function parse<S extends v.GenericSchema>(schema: S, environment: Environment): v.InferOutput<S> {
  const result = v.safeParse(schema, environment);
  if (result.success) return result.output;
  const wrong = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`The function's environment is incomplete. ${wrong.join('; ')}`);
}
