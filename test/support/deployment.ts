import { randomBytes } from 'node:crypto';
import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { removeAllRules } from '../../lib/schedules/cleanup.ts';
import { eventBridgeRules } from '../../lib/schedules/repository.ts';
import type { Rules } from '../../lib/schedules/rules.ts';
import { type Harness, harness, type Target } from '../contract/support/target.ts';
import { type AwsAccount, connectAccount, removeBucket } from './aws-account.ts';
import type { Body } from './cluster-api.ts';
import { type DeployedStack, deployStack } from './deployed-stack.ts';
import { NO_END } from './eventbridge.ts';
import { eventually } from './eventually.ts';
import { sampleEvent } from './http-event.ts';
import { listPath } from './paths.ts';
import { connectRealCluster } from './real-cluster.ts';

const SERVICE = 'taskbridge';
const IDENTITIES = ['reader', 'runner', 'keeper'] as const;

/** Image with a shell: of the cluster kit, or one that the cluster can pull. */
const IMAGE = process.env.TASKBRIDGE_TEST_IMAGE || 'taskbridge.local/busybox:1';

/** Source of the events that the tests put. */
export const SOURCE = 'proof';

/** Stack of a stage of its own in an account, whose functions use two spaces of a real cluster. */
export type Deployment = {
  readonly account: AwsAccount;
  readonly stack: DeployedStack;
  /** Name of the stack, which begins the names of its resources. */
  readonly name: string;
  readonly target: Target;
  readonly eventBridge: EventBridgeClient;
  /** Rules of the stage's jobs. */
  readonly rules: Rules;
  /** Bucket of sources, which stays when the stack is removed. */
  readonly bucket: string;
  /** Space of the tests' jobs, and one of the samples, which suspend and delete. */
  readonly space: string;
  readonly sampleSpace: string;
  /** Calls a function as the stack's parts do. Throws for an error of it. */
  invoke(name: string, event: unknown): Promise<unknown>;
  /** Sends a request of a sample with other parameters and body, and returns its response's body. Throws from 300 on. */
  request(name: string, parameters: Readonly<Record<string, string>>, body?: object): Promise<unknown>;
  putEvent(detailType: string, detail: object): Promise<void>;
  /** Puts the targets of a rule again. LocalStack starts the schedule of a rule at PutTargets, and only of one that is enabled then. */
  putTargetsAgain(rule: string): Promise<void>;
  /** Runs of tasks in the space that a label has, oldest first. */
  runs(label: string): Promise<readonly Body[]>;
  /** Lines of a function's log with this text. */
  lines(name: string, text: string): Promise<readonly string[]>;
  /** Removes all that was made. */
  leave(): Promise<void>;
};

/** Sets up a stage of a random name. Throws where no account or no cluster is given. */
export async function deploy(environment: NodeJS.ProcessEnv): Promise<Deployment> {
  const account = await connectAccount(environment);
  const { release, ...cluster } = await connectRealCluster(environment.KUBECONFIG);
  const running = harness({ ...cluster, image: IMAGE });
  const stage = `proof${randomBytes(3).toString('hex')}`;
  const name = `${SERVICE}-${stage}`;
  const leave: (() => Promise<unknown>)[] = [release, running.stop];
  const leaveAll = async () => {
    for (const one of leave.splice(0).toReversed()) await one();
  };
  try {
    const [space, sampleSpace] = await Promise.all([running.target.openSpace(), openSampleSpace(running)]);
    for (const identity of IDENTITIES) {
      const secret = `${SERVICE}/${stage}/${identity}`;
      await account.call('secretsmanager', 'CreateSecret', {
        ...{ Name: secret, SecretString: cluster.tokens[identity] },
        ClientRequestToken: randomBytes(16).toString('hex'),
      });
      const forced = { SecretId: secret, ForceDeleteWithoutRecovery: true };
      leave.push(() => account.call('secretsmanager', 'DeleteSecret', forced));
    }
    const sources = { service: [SOURCE, 'shop.*'], default: ['aws.s3'] };
    leave.push(() => removeLeft({ account, name }));
    const stack = await deployStack(account, {
      name,
      // As stage prod has it: what is retained is removed at the end.
      fixed: { clusterAuth: 'token-secret', onRemoval: 'retain' },
      parameters: {
        Stage: stage,
        ClusterEndpoint: cluster.connection.url,
        ClusterCa: Buffer.from(cluster.connection.ca ?? '').toString('base64'),
        EventSources: JSON.stringify({ [space]: sources, [sampleSpace]: sources }),
      },
    });
    leave.push(stack.leave, stack.remove);
    const bucket: string = (await configurationOf(account, `${name}-read`)).Environment.Variables
      .TASKBRIDGE_SOURCES_BUCKET;
    const { region, credentials, endpoint } = account;
    const eventBridge = new EventBridgeClient({ region, credentials, ...(endpoint && { endpoint }) });
    const options = { service: SERVICE, stage, busName: name, functionArn: '' };
    const rules = eventBridgeRules({ client: eventBridge, end: NO_END }, options);
    leave.push(() => removeAllRules({ rules, log: () => {} }));
    const target = running.target;
    const made = { account, stack, name, target, eventBridge, rules, bucket, space, sampleSpace };
    return { ...made, ...over(), leave: leaveAll };

    function over() {
      const invoke = (verb: string, event: unknown) => invokeOnce(account, `${name}-${verb}`, event);
      return {
        invoke,
        request: async (verb: string, parameters: Readonly<Record<string, string>>, body?: object) => {
          const event = await sampleEvent(verb, {
            pathParameters: { space, ...parameters },
            ...(body && { body: JSON.stringify(body) }),
          });
          const answer = (await invoke(verb, event)) as { statusCode: number; body?: string };
          if (answer.statusCode >= 300) throw new Error(`${verb}: ${answer.statusCode} ${answer.body}`);
          return answer.body ? JSON.parse(answer.body) : undefined;
        },
        putEvent: async (detailType: string, detail: object) => {
          const Entry = { EventBusName: name, Source: SOURCE, DetailType: detailType };
          const { FailedEntryCount } = await eventBridge.send(
            new PutEventsCommand({ Entries: [{ ...Entry, Detail: JSON.stringify(detail) }] }),
          );
          if (FailedEntryCount !== 0) throw new Error('EventBridge took no event.');
        },
        putTargetsAgain: async (Rule: string) => {
          const { Targets } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule }));
          await eventBridge.send(new PutTargetsCommand({ Rule, Targets }));
        },
        runs: async (label: string) => {
          const { body } = await target
            .as('admin')
            .get(listPath('pipelineruns', space), { labelSelector: label });
          return body.items;
        },
        lines: (verb: string, text: string) => linesOf(account, `${name}-${verb}`, text),
      };
    }
  } catch (error) {
    await leaveAll();
    throw error;
  }
}

/** Settings of a function, as Lambda has them. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the operation
export async function configurationOf({ aws, urlOf }: AwsAccount, name: string): Promise<any> {
  const url = `${urlOf('lambda')}2015-03-31/functions/${name}/configuration`;
  const response = await aws.fetch(url, { aws: { service: 'lambda' } });
  if (!response.ok) throw new Error(`Lambda has no ${name}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Space with the Secret that the app of the samples is bound to. */
async function openSampleSpace({ target }: Harness): Promise<string> {
  const space = await target.openSpace();
  await target.as('admin').create(listPath('secrets', space), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'orders-binding' },
    stringData: { uri: 'postgres://orders' },
  });
  return space;
}

/** Calls a function again while its reserved concurrency is used up. */
async function invokeOnce(account: AwsAccount, name: string, event: unknown): Promise<unknown> {
  const { answer, failure } = await eventually(
    async () => {
      try {
        return await account.invoke(name, event);
      } catch (error) {
        if (String(error).includes(': 429 ')) return undefined;
        throw error;
      }
    },
    { what: `an invocation of ${name}` },
  );
  if (failure !== undefined) throw new Error(`${name}: ${failure}`);
  return answer;
}

/** Lines of a function, by its stream in the stack's log group, or by LocalStack's group, which is that of the function. */
async function linesOf(account: AwsAccount, functionName: string, text: string): Promise<readonly string[]> {
  const found: string[] = [];
  const [stack = ''] = /^\w+-\w+/.exec(functionName) ?? [];
  for (const logGroupName of await logGroupsOf(account, `/aws/lambda/${stack}`)) {
    let nextToken: string | undefined;
    do {
      const page = await account.call('logs', 'FilterLogEvents', {
        logGroupName,
        ...(nextToken && { nextToken }),
      });
      for (const { message, logStreamName } of page.events ?? [])
        if (message.includes(text) && `${logGroupName}[${logStreamName}`.includes(`/${functionName}[`))
          found.push(message);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return found;
}

type Left = readonly [kind: string, name: string];

/** Kinds and names of what an account has of a stack: functions, rules, buses, queues, log groups and buckets. */
export async function leftOf({
  account,
  name,
}: Pick<Deployment, 'account' | 'name'>): Promise<readonly Left[]> {
  const { aws, call, s3, urlOf } = account;
  const functions = await aws.fetch(`${urlOf('lambda')}2015-03-31/functions/?MaxItems=1000`, {
    aws: { service: 'lambda' },
  });
  const { Functions } = (await functions.json()) as { Functions: { FunctionName: string }[] };
  const found: readonly (readonly [string, readonly string[]])[] = [
    ['function', Functions.map(({ FunctionName }) => FunctionName)],
    ['rule', namesIn((await call('events', 'ListRules', { NamePrefix: name })).Rules)],
    ['bus', namesIn((await call('events', 'ListEventBuses', { NamePrefix: name })).EventBuses)],
    ['queue', (await call('sqs', 'ListQueues', { QueueNamePrefix: name })).QueueUrls ?? []],
    ['log group', await logGroupsOf(account, `/aws/lambda/${name}`)],
    ['log group', await logGroupsOf(account, `/aws/http-api/${name}`)],
    [
      'bucket',
      [...(await s3('GET', '')).matchAll(/<Name>([^<]+)<\/Name>/g)].map(([, bucket = '']) => bucket),
    ],
  ];
  return found.flatMap(([kind, names]) =>
    names.filter((one) => one.includes(name)).map((one): Left => [kind, one]),
  );
}

/** Removes the queues, log groups and buckets that removed stacks left. */
async function removeLeft({ account, name }: Pick<Deployment, 'account' | 'name'>): Promise<void> {
  for (const [kind, one] of await leftOf({ account, name })) {
    if (kind === 'queue') await account.call('sqs', 'DeleteQueue', { QueueUrl: one });
    if (kind === 'log group') await account.call('logs', 'DeleteLogGroup', { logGroupName: one });
    if (kind === 'bucket') await removeBucket(account, one);
  }
}

const namesIn = (list: readonly { readonly Name: string }[] = []): readonly string[] =>
  list.map(({ Name }) => Name);

const logGroupsOf = async ({ call }: AwsAccount, logGroupNamePrefix: string): Promise<readonly string[]> => {
  const { logGroups } = await call('logs', 'DescribeLogGroups', { logGroupNamePrefix });
  return logGroups.map(({ logGroupName }: { logGroupName: string }) => logGroupName);
};
