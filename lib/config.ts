import * as v from 'valibot';

const Text = v.pipe(v.string(), v.minLength(1));

/** How a function shows the cluster who it is. */
const Auth = v.variant('TASKBRIDGE_CLUSTER_AUTH', [
  v.object({ TASKBRIDGE_CLUSTER_AUTH: v.literal('eks'), TASKBRIDGE_CLUSTER_NAME: Text, AWS_REGION: Text }),
  v.object({
    TASKBRIDGE_CLUSTER_AUTH: v.literal('token-secret'),
    /** What the names of the three secrets begin with: PREFIX/reader, PREFIX/runner, PREFIX/keeper. */
    TASKBRIDGE_CLUSTER_TOKEN_SECRETS: Text,
    TASKBRIDGE_IDENTITY: v.picklist(['reader', 'runner', 'keeper'], 'reader, runner or keeper'),
    AWS_REGION: Text,
    /** The SDKs' own name. Empty: AWS. */
    AWS_ENDPOINT_URL_SECRETS_MANAGER: v.optional(v.string(), ''),
  }),
  v.object({ TASKBRIDGE_CLUSTER_AUTH: v.literal('token-file'), TASKBRIDGE_CLUSTER_TOKEN_FILE: Text }),
  v.object({
    TASKBRIDGE_CLUSTER_AUTH: v.literal('certificate'),
    TASKBRIDGE_CLUSTER_CERT_FILE: Text,
    TASKBRIDGE_CLUSTER_KEY_FILE: Text,
  }),
]);

const Environment = v.intersect([
  Auth,
  v.object({
    TASKBRIDGE_CLUSTER_ENDPOINT: v.pipe(
      v.string(),
      v.regex(/^https?:\/\//, 'https://… of the Kubernetes API'),
    ),
    /** Base64 of the PEM certificate, as `aws eks describe-cluster` gives it. Empty: the system's own authorities. */
    TASKBRIDGE_CLUSTER_CA: v.optional(v.string(), ''),
  }),
]);

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

export type Config = {
  readonly endpoint: string;
  readonly ca?: string | undefined;
  readonly auth: ClusterAuth;
};

/** Reads the settings of a function; throws with the name of each variable that is missing or wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const settings = read(Environment, environment);
  const { TASKBRIDGE_CLUSTER_ENDPOINT: endpoint, TASKBRIDGE_CLUSTER_CA: ca } = settings;
  return {
    endpoint: endpoint.replace(/(?<!\/)\/+$/, ''),
    ...(ca === '' ? {} : { ca: Buffer.from(ca, 'base64').toString() }),
    auth: authOf(settings),
  };
}

function read<S extends v.GenericSchema>(schema: S, environment: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, environment);
  if (result.success) return result.output;
  const wrong = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`The function's environment is incomplete. ${wrong.join('; ')}`);
}

function authOf(environment: v.InferOutput<typeof Auth>): ClusterAuth {
  switch (environment.TASKBRIDGE_CLUSTER_AUTH) {
    case 'eks':
      return { kind: 'eks', cluster: environment.TASKBRIDGE_CLUSTER_NAME, region: environment.AWS_REGION };
    case 'token-secret':
      return {
        kind: 'token-secret',
        name: `${environment.TASKBRIDGE_CLUSTER_TOKEN_SECRETS}/${environment.TASKBRIDGE_IDENTITY}`,
        region: environment.AWS_REGION,
        ...(environment.AWS_ENDPOINT_URL_SECRETS_MANAGER === ''
          ? {}
          : { endpoint: environment.AWS_ENDPOINT_URL_SECRETS_MANAGER }),
      };
    case 'token-file':
      return { kind: 'token-file', file: environment.TASKBRIDGE_CLUSTER_TOKEN_FILE };
    case 'certificate':
      return {
        kind: 'certificate',
        certFile: environment.TASKBRIDGE_CLUSTER_CERT_FILE,
        keyFile: environment.TASKBRIDGE_CLUSTER_KEY_FILE,
      };
  }
}

/** Settings of the functions that write rules, or wake jobs in their place. */
const RulesEnvironment = v.object({
  TASKBRIDGE_SERVICE: Text,
  TASKBRIDGE_STAGE: v.pipe(v.string(), v.regex(/^[a-z0-9]+$/, 'lower-case letters and digits alone')),
  TASKBRIDGE_MAX_RULES: v.pipe(
    v.optional(v.string(), '100'),
    v.regex(/^\d{1,6}$/, 'how many rules the stage may have, 100 if not given'),
    v.transform(Number),
  ),
  TASKBRIDGE_FIRE_JOB_ARN: v.pipe(v.string(), v.regex(/^arn:/, 'arn:aws:lambda:… of the function fire-job')),
  AWS_REGION: Text,
  /** The SDK's own name. Empty: AWS. */
  AWS_ENDPOINT_URL_EVENTBRIDGE: v.optional(v.string(), ''),
});

export type RulesConfig = {
  readonly stage: { readonly service: string; readonly stage: string; readonly maxRules: number };
  readonly functionArn: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
};

/** Reads the settings of a stage's rules; throws with the name of each variable that is missing or wrong. */
export function readRulesConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): RulesConfig {
  const settings = read(RulesEnvironment, environment);
  const { TASKBRIDGE_SERVICE: service, TASKBRIDGE_STAGE: stage, TASKBRIDGE_MAX_RULES: maxRules } = settings;
  return {
    stage: { service, stage, maxRules },
    functionArn: settings.TASKBRIDGE_FIRE_JOB_ARN,
    region: settings.AWS_REGION,
    ...(settings.AWS_ENDPOINT_URL_EVENTBRIDGE === ''
      ? {}
      : { endpoint: settings.AWS_ENDPOINT_URL_EVENTBRIDGE }),
  };
}

const LogsEnvironment = v.object({
  /** Where Fluent Bit sends the containers' logs. Empty: a log is gone with its pod. */
  TASKBRIDGE_LOG_GROUP: v.optional(v.string(), ''),
  AWS_REGION: v.optional(v.string(), ''),
  /** The SDKs' own name. Empty: AWS. */
  AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: v.optional(v.string(), ''),
});

/** The log group of the stage; `undefined` when it names none. */
export function readLogGroup(environment: Readonly<Record<string, string | undefined>> = process.env) {
  const settings = read(LogsEnvironment, environment);
  const {
    TASKBRIDGE_LOG_GROUP: name,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint,
  } = settings;
  if (name === '') return undefined;
  return { name, region, ...(endpoint === '' ? {} : { endpoint }) };
}

const StackEnvironment = v.object({
  TASKBRIDGE_SERVICE: v.optional(v.string(), 'taskbridge'),
  TASKBRIDGE_STAGE: v.optional(v.string(), 'dev'),
});

/** The stack that the metrics are of, as its alarms name it. */
export function readStackName(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const { TASKBRIDGE_SERVICE: service, TASKBRIDGE_STAGE: stage } = read(StackEnvironment, environment);
  return `${service}-${stage}`;
}

const RoleEnvironment = v.object({
  AWS_ACCESS_KEY_ID: Text,
  AWS_SECRET_ACCESS_KEY: Text,
  AWS_SESSION_TOKEN: v.optional(Text),
});

/** The role's credentials as Lambda gives them to each function; a warm function keeps those it began with. */
export function readRoleCredentials(environment: Readonly<Record<string, string | undefined>> = process.env) {
  const role = v.parse(RoleEnvironment, environment);
  return {
    accessKeyId: role.AWS_ACCESS_KEY_ID,
    secretAccessKey: role.AWS_SECRET_ACCESS_KEY,
    ...(role.AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: role.AWS_SESSION_TOKEN }),
  };
}
