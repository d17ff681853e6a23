import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AwsClient } from 'aws4fetch';
import { ACCOUNT, REGION, USER_KEY } from '../../local/account.ts';
import { createCloudWatchLogsServer } from '../../local/cloudwatch-logs/server.ts';
import { startEmbeddedCluster } from '../../local/cluster/embedded.ts';
import { type AccessKey, type Credentials, createCredentials } from '../../local/credentials.ts';
import { createBuses } from '../../local/eventbridge/bus.ts';
import { createEventBridgeServer } from '../../local/eventbridge/server.ts';
import { developerAuthorizer } from '../../local/gateway/authorizer.ts';
import { startGateway } from '../../local/gateway/gateway.ts';
import { listen } from '../../local/http-server.ts';
import { createLambdaServer } from '../../local/lambda/server.ts';
import { SOURCES_BUCKET, startEmbeddedS3 } from '../../local/s3/start.ts';
import { createSecretsManagerServer } from '../../local/secrets-manager/server.ts';
import { createQueue } from '../../local/sqs/queue.ts';
import { createQueueServer } from '../../local/sqs/server.ts';
import { clusterApi } from '../support/cluster-api.ts';

const ROOT = new URL('../../', import.meta.url);
const QUEUE = 'letters';
const ALL = { denialOf: () => undefined, isInvokeAllowed: () => true };

/** Listener of one start. `Secret`: what it wants of its callers. */
type Started<Secret> = {
  readonly secret: Secret;
  /** Sends a request that the developer may send. */
  ask(secret: Secret | undefined): Promise<Response>;
  stop(): Promise<unknown>;
};

const withToken = (url: string, token: string | undefined) =>
  fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

async function startHttpApi(): Promise<Started<string>> {
  const { token } = createCredentials();
  const { url, stop } = await startGateway({
    routes: [{ routeKey: 'GET /v1/spaces', target: async () => ({ statusCode: 200 }) }],
    authorizer: developerAuthorizer(token),
    onError: () => {},
  });
  return { secret: token, ask: (secret) => withToken(`${url}/v1/spaces`, secret), stop };
}

async function startKubernetes(): Promise<Started<string>> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-listeners-'));
  const { admin, stop } = await startEmbeddedCluster({ directory });
  return {
    secret: admin.token,
    ask: async (token) => {
      const api = clusterApi({ ...admin, token });
      const { status, text } = await api.get('/api/v1/namespaces');
      api.close();
      return new Response(text, { status });
    },
    stop: async () => {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type AwsCall = {
  readonly service: string;
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Service with JSON bodies, and a call of it. */
const awsService =
  (serverFor: (credentials: Credentials) => Server, { service, path = '/', headers, body }: AwsCall) =>
  async (): Promise<Started<AccessKey>> => {
    const credentials = createCredentials();
    const { url, close } = await listen(serverFor(credentials));
    const call = { method: 'POST', headers, body };
    return {
      secret: credentials.keyOf(USER_KEY),
      ask: (key) =>
        key === undefined
          ? fetch(`${url}${path}`, call)
          : new AwsClient({ ...key, service, region: REGION }).fetch(`${url}${path}`, call),
      stop: close,
    };
  };

/** S3, by a presigned URL of an object that does not exist. */
async function startS3(): Promise<Started<AccessKey>> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-listeners-'));
  const credentials = createCredentials();
  const s3 = await startEmbeddedS3({ directory, credentials, permissions: ALL, now: () => new Date() });
  const object = `${s3.url}/${SOURCES_BUCKET}/nothing`;
  return {
    secret: credentials.keyOf(USER_KEY),
    ask: async (key) => {
      if (key === undefined) return fetch(object);
      const signer = new AwsClient({ ...key, service: 's3', region: REGION });
      return fetch(await signer.sign(object, { aws: { signQuery: true } }));
    },
    stop: async () => {
      await s3.stop();
      await rm(directory, { recursive: true });
    },
  };
}

const json = (target: string) => ({ 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' });
const buses = () =>
  createBuses([], { now: () => new Date(), maxRules: 300, account: ACCOUNT, region: REGION });

const startEventBridge = awsService((credentials) => createEventBridgeServer(buses(), { credentials }), {
  ...{ service: 'events', headers: json('AWSEvents.ListRules'), body: '{}' },
});
const startSqs = awsService(
  (credentials) =>
    createQueueServer(
      createQueue(QUEUE, () => new Date()),
      credentials,
    ),
  { service: 'sqs', headers: json('AmazonSQS.ListQueues'), body: '{}' },
);
const startLambda = awsService((credentials) => createLambdaServer({ credentials, call: () => true }), {
  service: 'lambda',
  path: `/2015-03-31/functions/${encodeURIComponent('arn:aws:lambda:x:y:function:fire-job')}/invocations`,
  ...{ headers: { 'x-amz-invocation-type': 'Event' }, body: '{"a":"ü"}' },
});
const startLogs = awsService(
  (credentials) =>
    createCloudWatchLogsServer(() => ({ name: 'a', streams: new Map(), pageSize: 1 }), credentials),
  { service: 'logs', headers: json('Logs_20140328.FilterLogEvents'), body: '{"logGroupName":"a"}' },
);
const startSecrets = awsService(
  (credentials) =>
    createSecretsManagerServer({ credentials, permissions: ALL, secrets: new Map([['a', 'b']]) }),
  { service: 'secretsmanager', headers: json('secretsmanager.GetSecretValue'), body: '{"SecretId":"a"}' },
);

/** Each file that listens, with what it answers to the developer and the form of its refusals. */
const BY_TOKEN = [
  ['local/gateway/gateway.ts', startHttpApi, 200, /^\{"message":"Unauthorized"\}$/],
  ['local/kubernetes/server.ts', startKubernetes, 200, /"kind":"Status".*"reason":"Unauthorized"/],
] as const;
const AWS_REFUSAL = /"__type":"(MissingAuthenticationToken|InvalidSignature)Exception"/;
const BY_KEY = [
  ['local/eventbridge/server.ts', startEventBridge, 200, AWS_REFUSAL],
  ['local/sqs/server.ts', startSqs, 200, AWS_REFUSAL],
  ['local/lambda/server.ts', startLambda, 202, /^\{"Type":"User","Message":"(Missing Auth|The request sig)/],
  ['local/cloudwatch-logs/server.ts', startLogs, 200, AWS_REFUSAL],
  ['local/secrets-manager/server.ts', startSecrets, 200, AWS_REFUSAL],
  ['local/s3/server.ts', startS3, 404, /<Code>(AccessDenied|SignatureDoesNotMatch)<\/Code>/],
] as const;

function refusesStrangers<Secret>(
  start: () => Promise<Started<Secret>>,
  { wrong, admitted, form }: { wrong: Secret; admitted: number; form: RegExp },
): void {
  let ours: Started<Secret>;
  let other: Started<Secret>;
  beforeAll(async () => {
    ours = await start();
    other = await start();
  });
  afterAll(() => Promise.all([ours.stop(), other.stop()]));

  it.each([
    ['without a secret', () => undefined],
    ['with a wrong secret', () => wrong],
    ['with the secret of another start', () => other.secret],
  ])('%s', async (_, secret) => {
    const response = await ours.ask(secret());
    expect([401, 403]).toContain(response.status);
    expect(await response.text()).toMatch(form);
  });

  it('but not with its own', async () => {
    expect((await ours.ask(ours.secret)).status).toBe(admitted);
    expect((await other.ask(other.secret)).status).toBe(admitted);
  });
}

describe('a listener of the local cloud refuses a caller', () => {
  describe.each(BY_TOKEN)('%s', (_, start, admitted, form) =>
    refusesStrangers<string>(start, { wrong: 'local', admitted, form }),
  );
  describe.each(BY_KEY)('%s', (_, start, admitted, form) =>
    refusesStrangers<AccessKey>(start, {
      wrong: { accessKeyId: USER_KEY, secretAccessKey: USER_KEY },
      ...{ admitted, form },
    }),
  );

  it('and leaves an idle connection open for longer than a busy machine stalls', async () => {
    const { url, close } = await listen(createServer((_, response) => response.end()));
    const { headers } = await fetch(url);
    await close();
    expect(headers.get('keep-alive')).toBe('timeout=90');
  });

  it('in each file that listens', async () => {
    const files = await readdir(new URL('local/', ROOT), { recursive: true });
    const texts = await Promise.all(
      files
        .filter((file) => /\.m?ts$|\.mjs$/.test(file))
        .map(async (file) => [file, await readFile(new URL(`local/${file}`, ROOT), 'utf8')] as const),
    );
    const listening = texts
      .filter(([, text]) => /\bcreate(Aws)?Server\(/.test(text))
      .map(([file]) => `local/${file}`);
    const checked = [...BY_TOKEN, ...BY_KEY].map(([file]) => file);
    // Each AWS service listens by the first. The lock is a socket in a folder of mode 0700, and closes each connection at once.
    const others = ['local/aws-server.ts', 'local/data/lock.ts'];
    expect(listening.toSorted()).toEqual([...checked, ...others].toSorted());
  });
});
