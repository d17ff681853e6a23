import * as v from 'valibot';
import { buildSettingsOf, ecrEndpointOf, sourceSettingsOf } from './config-builds.ts';
import { eventStageOf, type RulesConfig, rulesConfigOf } from './config-eventbridge.ts';
import { read, Text } from './settings.ts';

export type { RulesConfig } from './config-eventbridge.ts';

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

/** Reads the settings of a stage's rules; throws with the name of each variable that is missing or wrong. */
export const readRulesConfig = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
): RulesConfig => rulesConfigOf(environment);

/** The stage of a function that events call, with the sources that it may listen to. */
export const readEventStage = (environment: Readonly<Record<string, string | undefined>> = process.env) =>
  eventStageOf(environment);

/** How the stage builds images; `undefined` where it names no builder. Throws with the name of each wrong variable. */
export const readBuildSettings = (environment: Readonly<Record<string, string | undefined>> = process.env) =>
  buildSettingsOf(environment);

/** Where sources are, and how large one may be; `undefined` where the stage builds nothing. */
export const readSourceSettings = (environment: Readonly<Record<string, string | undefined>> = process.env) =>
  sourceSettingsOf(environment);

/** Another place than AWS for the registry's tokens. */
export const readEcrEndpoint = (environment: Readonly<Record<string, string | undefined>> = process.env) =>
  ecrEndpointOf(environment);

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
