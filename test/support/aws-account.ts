import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { AwsClient } from 'aws4fetch';
import { awsHost } from '../../lib/platform/aws/host.ts';

/** Account of a cloud: of AWS itself, or of a program that stands in for it. */
export type AwsAccount = {
  readonly cloud: 'aws' | 'localstack' | 'moto';
  readonly region: string;
  /** Number of the account. */
  readonly id: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** URL of all services; absent for AWS. */
  readonly endpoint: string | undefined;
  /** URL of one service. */
  urlOf(service: string): string;
  /** Calls an operation of a JSON protocol: `SecretsManager`, `secretsmanager.CreateSecret`, … Throws for a rejection. */
  call(service: keyof typeof TARGETS, operation: string, body: object): Promise<Answer>;
  /** Calls a function and waits for its response. `failure`: its error instead. */
  invoke(name: string, event: unknown): Promise<{ readonly answer: unknown; readonly failure?: string }>;
  /** Sends a request to S3, whose path begins with the bucket, and returns the text of the response. Throws from 300 on. */
  s3(method: string, path: string, body?: string): Promise<string>;
  /** Signs and sends other requests; throws for no status. */
  readonly aws: AwsClient;
  /** Variables by which programs reach the account. */
  readonly environment: Readonly<Record<string, string>>;
};

/** Response of any operation: its fields, by what the suites read. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the operation
type Answer = any;

/** Prefix of the operations of a service, and version of its JSON protocol. */
const TARGETS = {
  events: ['AWSEvents', '1.1'],
  logs: ['Logs_20140328', '1.1'],
  secretsmanager: ['secretsmanager', '1.1'],
  sqs: ['AmazonSQS', '1.0'],
} as const;

/** Account of AWS_ENDPOINT_URL; without one the account of AWS that TASKBRIDGE_AWS_ACCOUNT names, and no other. */
export async function connectAccount(environment: NodeJS.ProcessEnv): Promise<AwsAccount> {
  const endpoint = environment.AWS_ENDPOINT_URL || undefined;
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || 'eu-central-1';
  const credentials = await defaultProvider()();
  const aws = new AwsClient({ ...credentials, region, retries: 3 });
  const urlOf = (service: string) =>
    `${(endpoint ?? `https://${awsHost(service, region)}`).replace(/\/$/, '')}/`;
  const cloud = endpoint === undefined ? 'aws' : await cloudAt(endpoint);
  const id = await accountOf(aws, urlOf('sts'));
  if (cloud === 'aws' && id !== environment.TASKBRIDGE_AWS_ACCOUNT) {
    throw new Error(
      `The credentials are of account ${id}. Set AWS_ENDPOINT_URL to a cloud for tests, or TASKBRIDGE_AWS_ACCOUNT to ` +
        'the number of the account that the tests may write to.',
    );
  }
  return {
    ...{ cloud, region, id, credentials, endpoint, urlOf, aws },
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
      ...(endpoint === undefined ? {} : endpointsAt(endpoint)),
    },
    call: async (service, operation, body) => {
      const [target, version] = TARGETS[service];
      const response = await aws.fetch(urlOf(service), {
        method: 'POST',
        headers: {
          'content-type': `application/x-amz-json-${version}`,
          'x-amz-target': `${target}.${operation}`,
        },
        body: JSON.stringify(body),
        aws: { service },
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${service} refused ${operation}: ${response.status} ${text}`);
      return text === '' ? {} : JSON.parse(text);
    },
    invoke: async (name, event) => {
      const response = await aws.fetch(`${urlOf('lambda')}2015-03-31/functions/${name}/invocations`, {
        method: 'POST',
        body: JSON.stringify(event),
        aws: { service: 'lambda' },
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`Lambda refused ${name}: ${response.status} ${text}`);
      const failure = response.headers.get('x-amz-function-error');
      return { answer: JSON.parse(text), ...(failure === null ? {} : { failure: `${failure}: ${text}` }) };
    },
    s3: async (method, path, body) => {
      const init = { method, ...(body === undefined ? {} : { body }), aws: { service: 's3' } };
      const response = await aws.fetch(`${urlOf('s3')}${path}`, init);
      const text = await response.text();
      if (!response.ok) throw new Error(`S3 refused ${method} ${path}: ${response.status} ${text}`);
      return text;
    },
  };
}

/** Removes a bucket with all that is in it. */
export async function removeBucket({ s3 }: AwsAccount, bucket: string): Promise<void> {
  for (const [, key] of (await s3('GET', bucket)).matchAll(/<Key>([^<]+)<\/Key>/g))
    await s3('DELETE', `${bucket}/${key}`);
  await s3('DELETE', bucket);
}

/** Serverless reads the first of these, the tools of operators the others. */
const endpointsAt = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
  AWS_ENDPOINT_URL_LAMBDA: endpoint,
  AWS_ENDPOINT_URL_SQS: endpoint,
});

/** Paths that a program alone has. */
async function cloudAt(endpoint: string): Promise<'localstack' | 'moto'> {
  for (const [cloud, path] of [
    ['localstack', '/_localstack/health'],
    ['moto', '/moto-api/data.json'],
  ] as const) {
    if ((await fetch(new URL(path, endpoint))).ok) return cloud;
  }
  throw new Error(`AWS_ENDPOINT_URL is ${endpoint}: neither LocalStack nor moto is there.`);
}

async function accountOf(aws: AwsClient, url: string): Promise<string> {
  const response = await aws.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    aws: { service: 'sts' },
  });
  const [, id] = /<Account>(\d{12})<\/Account>/.exec(await response.text()) ?? [];
  if (id === undefined) throw new Error(`STS did not tell the account: ${response.status}.`);
  return id;
}
