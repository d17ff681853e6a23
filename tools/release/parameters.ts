/** Parameter of the released template, without its default, which serverless.yml has. */
export type Parameter = {
  readonly Type: 'String' | 'Number';
  readonly Description: string;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly number[];
  readonly MinValue?: number;
  readonly MaxValue?: number;
};

type Setting = Parameter & {
  /** The default of serverless.yml is a placeholder: the operator must give a value. */
  readonly isRequired?: true;
  /** Other settings by which alone this one has an effect. */
  readonly where?: Readonly<Record<string, string>>;
};

/** Settings that change the shape of the stack, or whose default depends on the stage: fixed when the folder is made. */
export const SHAPE = [
  'clusterAuth',
  'network',
  'authorizer',
  'console',
  'registryAuth',
  'onRemoval',
  'tokenSecrets',
] as const;

const IMAGE = '[A-Za-z0-9][A-Za-z0-9._:/-]*@sha256:[0-9a-f]{64}';
const QUANTITY = '[1-9][0-9]*';

const concurrency = (functions: string, MaxValue = 1000): Setting => ({
  Type: 'Number',
  Description: `Reserved concurrency of ${functions}. 0: none reserved.`,
  MinValue: 0,
  MaxValue,
});

/** Settings of serverless.yml that are parameters of the released template, in the order in which they are shown. */
export const SETTINGS: Readonly<Record<string, Setting>> = {
  clusterEndpoint: {
    Type: 'String',
    Description: 'Address of the Kubernetes API, https://…',
    AllowedPattern: '^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?$',
    isRequired: true,
  },
  clusterCa: {
    Type: 'String',
    Description:
      'CA certificate of the Kubernetes API, PEM in base64, as "aws eks describe-cluster" has it. Empty: public CAs.',
    AllowedPattern: '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
  },
  clusterName: {
    Type: 'String',
    Description: 'Name of the EKS cluster, for which the functions sign in.',
    AllowedPattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$',
    isRequired: true,
    where: { clusterAuth: 'eks' },
  },
  subnetIds: {
    Type: 'String',
    Description: 'Subnets of the functions, comma-separated.',
    AllowedPattern: '^subnet-[0-9a-f]{8,17}(,subnet-[0-9a-f]{8,17})*$',
    isRequired: true,
    where: { network: 'vpc' },
  },
  securityGroupIds: {
    Type: 'String',
    Description: 'Security groups of the functions, comma-separated.',
    AllowedPattern: '^sg-[0-9a-f]{8,17}(,sg-[0-9a-f]{8,17})*$',
    isRequired: true,
    where: { network: 'vpc' },
  },
  jwtIssuer: {
    Type: 'String',
    Description: 'Issuer of the tokens of callers, https://…',
    AllowedPattern: String.raw`^https://[^\s]+$`,
    isRequired: true,
    where: { authorizer: 'jwt' },
  },
  jwtAudience: {
    Type: 'String',
    Description: 'Audience of the tokens of callers.',
    AllowedPattern: String.raw`^[^\s]+$`,
    isRequired: true,
    where: { authorizer: 'jwt' },
  },
  consoleOrigin: {
    Type: 'String',
    Description: 'Origin of the console, such as https://console.example.',
    AllowedPattern: '^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$',
    isRequired: true,
    where: { console: 'origin' },
  },
  throttleRate: {
    Type: 'Number',
    Description: 'Requests per second of all callers together.',
    MinValue: 1,
    MaxValue: 10_000,
  },
  throttleBurst: { Type: 'Number', Description: 'Burst of requests.', MinValue: 1, MaxValue: 10_000 },
  fireJobConcurrency: concurrency('fire-job'),
  fireEventConcurrency: concurrency('fire-event'),
  runTaskOnEventConcurrency: concurrency('run-task-on-event'),
  soloConcurrency: concurrency('reconcile, prune and cleanup, each', 1),
  maxRules: {
    Type: 'Number',
    Description: 'Most EventBridge rules for jobs, of 300 on the bus. Further jobs are driven by polling.',
    MinValue: 0,
    MaxValue: 300,
  },
  gpuResource: {
    Type: 'String',
    Description: 'Extended resource of a GPU, such as nvidia.com/gpu.',
    AllowedPattern: '^[a-z0-9][a-z0-9.-]{0,252}/[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
  },
  eventSources: {
    Type: 'String',
    Description:
      'Event sources that may trigger jobs, as JSON by space and bus: {"team-a":{"default":["aws.s3"]}}.',
    AllowedPattern: String.raw`^\{[^\n]*\}$`,
  },
  logGroup: {
    Type: 'String',
    Description: "Log group of the containers' logs. Empty: a log is lost with its pod.",
    AllowedPattern: '^[.#A-Za-z0-9_/-]{0,512}$',
  },
  logRetentionDays: {
    Type: 'Number',
    Description: 'Days that the logs of functions and gateway are kept.',
    AllowedValues: [
      ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827],
      ...[2192, 2557, 2922, 3288, 3653],
    ],
  },
  builder: {
    Type: 'String',
    Description: 'Builder for images from source, by digest. Empty: no builds.',
    AllowedPattern: `^(${IMAGE})?$`,
  },
  runImage: {
    Type: 'String',
    Description: 'Run image of builds, by digest.',
    AllowedPattern: `^(${IMAGE})?$`,
  },
  imageRepository: {
    Type: 'String',
    Description: 'Repository prefix of built images, without a tag.',
    AllowedPattern: '^([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*)?$',
  },
  buildUser: {
    Type: 'String',
    Description: 'CNB_USER_ID:CNB_GROUP_ID of the builder, not root.',
    AllowedPattern: '^[1-9][0-9]{0,9}:[0-9]{1,10}$',
  },
  buildMemory: {
    Type: 'String',
    Description: 'Memory of a build, such as 2Gi.',
    AllowedPattern: `^${QUANTITY}(Mi|Gi|M|G)$`,
  },
  buildCpu: {
    Type: 'String',
    Description: 'Processors of a build, such as 500m or 2.',
    AllowedPattern: `^${QUANTITY}m?$`,
  },
  buildDisk: {
    Type: 'String',
    Description: 'Disk of a build, such as 4Gi.',
    AllowedPattern: `^${QUANTITY}(Mi|Gi|M|G)$`,
  },
  buildTimeout: {
    Type: 'String',
    Description: 'Longest time of a build, such as 15m.',
    AllowedPattern: `^${QUANTITY}[smh]$`,
  },
  ecrRepository: {
    Type: 'String',
    Description: 'Prefix of the ECR repositories that builds push to.',
    AllowedPattern: '^[a-z0-9]+([._/-][a-z0-9]+)*$',
    where: { registryAuth: 'ecr' },
  },
  registrySecret: {
    Type: 'String',
    Description: 'Secret of the registry in each space, whose name ends with taskbridge-registry.',
    AllowedPattern: '^([a-z0-9][a-z0-9.-]*-)?taskbridge-registry$',
    where: { registryAuth: 'secret' },
  },
  insecureRegistries: {
    Type: 'String',
    Description: 'Hosts of registries without TLS, comma-separated.',
    AllowedPattern: '^([A-Za-z0-9.-]+(:[0-9]{1,5})?(,[A-Za-z0-9.-]+(:[0-9]{1,5})?)*)?$',
  },
  maxSourceBytes: {
    Type: 'Number',
    Description: 'Size limit of an uploaded source in bytes.',
    MinValue: 1,
    MaxValue: 5_368_709_120,
  },
  alarmTopic: {
    Type: 'String',
    Description: 'ARN of the SNS topic for alarms. none: no notifications.',
    AllowedPattern: '^(none|arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}([.]fifo)?)$',
  },
  jobAlarms: {
    Type: 'String',
    Description: 'Alarms while a job of any space is failing or silent: none, or all.',
    AllowedPattern: '^(none|all)$',
  },
};

/** The stage: part of all names, of which the longest is that of the dead-letter queue, 80 characters. */
export const STAGE: Parameter = {
  Type: 'String',
  Description: 'Name of the stage, part of all names. The stack is best called taskbridge-STAGE.',
  AllowedPattern: '^[a-z0-9]{1,19}$',
};
