import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { ACCOUNT, accessKeyOf, REGION } from '../../local/account.ts';
import { readServerless } from '../../local/cloudformation/serverless.ts';
import { type SetUpCluster, setUpEmbeddedCluster } from '../../local/cluster/set-up.ts';
import { awsEnvironment } from '../../local/credentials.ts';
import { type EmbeddedEventBridge, startEmbeddedEventBridge } from '../../local/eventbridge/start.ts';
import { resolve } from '../../local/iam/intrinsics.ts';
import { stackPermissions } from '../../local/iam/stack-permissions.ts';
import { Template } from '../../local/iam/template.ts';
import { CREDENTIALS } from '../support/credentials.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { type Packaged, packageStack } from '../support/packaged.ts';
import { answerSamples, sampleOf } from '../support/samples.ts';
import { startSecretsManager } from '../support/secrets-manager.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { unzip } from '../support/unzip.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const SPACE = 'team-a';

/** Bound to the embedded Secrets Manager by the template's own settings; the samples' events may come. */
const SETTINGS = {
  clusterAuth: 'token-secret',
  eventSources: JSON.stringify({ [SPACE]: { default: ['aws.s3'], service: ['shop.*'] } }),
};

const Configuration = v.object({
  FunctionName: v.string(),
  Handler: v.string(),
  Timeout: v.number(),
  Environment: v.object({ Variables: v.record(v.string(), v.string()) }),
});

type Deployed = v.InferOutput<typeof Configuration> & { readonly folder: string };

let packaged: Packaged;
let cluster: SetUpCluster;
let eventBridge: EmbeddedEventBridge;
let cloudFormation: TestServer;
let secretsManager: Awaited<ReturnType<typeof startSecretsManager>>;
const functions = new Map<string, Deployed>();

/** Unzips each function of the template into a folder where nothing else is. */
async function deploy(template: v.InferOutput<typeof Template>): Promise<void> {
  const pseudo = { 'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT };
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const configuration = v.parse(
      Configuration,
      resolve(Properties, { pseudo, conditions: template.Conditions }),
    );
    const name = configuration.FunctionName.replace('taskbridge-local-', '');
    const folder = join(packaged.folder, 'unzipped', name);
    await mkdir(folder, { recursive: true });
    await unzip(join(packaged.folder, `${name}.zip`), folder);
    functions.set(name, { ...configuration, folder });
  }
}

beforeAll(async () => {
  packaged = await packageStack('local', SETTINGS);
  const template = v.parse(Template, packaged.template);
  await deploy(template);
  cluster = await setUpEmbeddedCluster();
  await cluster.openSpace(SPACE);
  await cluster.cluster.apply([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'orders-binding', namespace: SPACE },
      data: { uri: Buffer.from('postgres://orders').toString('base64') },
    },
  ]);
  const permissions = stackPermissions(await readServerless(join(root, 'serverless.yml')), template);
  const identities = ['reader', 'runner', 'keeper'] as const;
  const tokens = identities.map(
    async (identity) => [`taskbridge/local/${identity}`, await cluster.access.token(identity)] as const,
  );
  secretsManager = await startSecretsManager({
    credentials: CREDENTIALS,
    permissions,
    secrets: new Map(await Promise.all(tokens)),
  });
  eventBridge = await startEmbeddedEventBridge({
    credentials: CREDENTIALS,
    permissions,
    invoke: async () => {},
    onError: () => {},
  });
  cloudFormation = await startServer((_, response) => response.end());
}, 240_000);

afterAll(async () => {
  await Promise.all([eventBridge?.stop(), secretsManager?.stop(), cloudFormation?.close(), cluster?.stop()]);
  await packaged?.remove();
});

/**
 * Environment of a function: the template's variables, with endpoints of the embedded cloud; Lambda adds the access
 * key.
 */
const environmentOf = (name: string, variables: Readonly<Record<string, string>>) => ({
  ...variables,
  TASKBRIDGE_CLUSTER_ENDPOINT: cluster.access.endpoint,
  TASKBRIDGE_CLUSTER_CA: Buffer.from(cluster.cluster.ca).toString('base64'),
  AWS_REGION: REGION,
  ...awsEnvironment(CREDENTIALS.keyOf(accessKeyOf(name))),
  AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

/** Calls a function once in a separate process, whose last line of output is the response. */
async function invoke(
  name: string,
  event: unknown,
  changes: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const deployed = functions.get(name);
  if (deployed === undefined) throw new Error(`No function "${name}" is in the template.`);
  const { folder, Handler, Timeout, Environment } = deployed;
  const file = join(folder, Handler.replace(/\.handler$/, '.mjs'));
  const script = `
    const { handler } = await import(${JSON.stringify(file)});
    const result = await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => ${Timeout * 1000} });
    process.stdout.write('\\n' + JSON.stringify(result ?? null));
    process.exit();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    env: { ...environmentOf(name, Environment.Variables), ...changes },
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  const output = Buffer.concat(chunks).toString();
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${output}`);
  return JSON.parse(output.split('\n').at(-1) ?? '');
}

/** Text of a sample, whose custom resource answers to this test. */
const changed = (text: string): string =>
  text.replace(/"ResponseURL": "[^"]+"/, `"ResponseURL": "${cloudFormation.endpoint}/answer"`);

describe('the zips of the template', () => {
  it('answer their sample events, alone in a folder, with the variables and rights of the template', async () => {
    const { answered, wrong } = await answerSamples(invoke, [...functions.keys()], changed);
    expect(wrong).toEqual([]);
    expect(answered.toSorted()).toEqual([...functions.keys()].toSorted());
    expect(JSON.parse(cloudFormation.received[0]?.body ?? '')).toMatchObject({ Status: 'SUCCESS' });
  }, 600_000);

  it('remove the rules of a stack while EventBridge is out of reach for longer than a request waits', async () => {
    // Each of the two lists has eight attempts in vain: their waits are nine seconds at least.
    const unreliable = await startCuttingProxy(eventBridge.url, (connection) =>
      connection < 16 ? 0 : undefined,
    );
    const before = cloudFormation.received.length;
    const event = await sampleOf('cleanup.json', changed);
    await invoke('cleanup', event, { AWS_ENDPOINT_URL_EVENTBRIDGE: unreliable.url });
    await unreliable.close();
    expect(unreliable.cuts()).toBe(16);
    expect(cloudFormation.received.slice(before).map(({ body }) => JSON.parse(body).Status)).toEqual([
      'SUCCESS',
    ]);
  });

  it('get no token but that of their own identity', async () => {
    const runTask = await sampleOf('run-task.json', changed);
    await expect(invoke('run-task', runTask, { TASKBRIDGE_IDENTITY: 'keeper' })).rejects.toThrow(
      'Secrets Manager refused the secret "taskbridge/local/keeper": AccessDeniedException',
    );
  });
});
