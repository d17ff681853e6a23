import { USER_KEY } from '../../../local/account.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud.ts';
import type { AccessKey } from '../../../local/credentials.ts';
import { BUNDLES } from '../../support/bundles.ts';
import { eventually } from '../../support/eventually.ts';
import { outsideDocument } from '../../support/openapi.ts';
import type { Target } from './target.ts';

/** An answer of the HTTP API; `body` is what its JSON says. */
type Answer = {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it requested.
  readonly body: any;
  readonly headers: Headers;
};

/** A rule of EventBridge that a job has. */
type Rule = ReturnType<Cloud['eventBridge']['rules']>[number];

/** The HTTP API with its functions, over a target's cluster, under the three identities. */
export type Api = {
  readonly target: Target;
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Pushes an app that runs the target's image with little memory. */
  push(space: string, app: string, spec?: object): Promise<Answer>;
  /** Runs a task and waits for its end. */
  run(space: string, app: string, task: object): Promise<Answer['body']>;
  /** Waits until the task is in one of these states. */
  until(space: string, task: string, ...states: readonly string[]): Promise<Answer['body']>;
  /** The time of the functions, and of the EventBridge that wakes them. */
  now(): Date;
  /** Moves the time to a later minute and fires its rules; what they call has answered when it resolves. */
  minute(minute: Date): Promise<void>;
  /** Endpoint of that EventBridge. */
  readonly eventBridge: string;
  /** Resolves when all events that were put there have been handed to functions, and these have answered. */
  settled(): Promise<void>;
  /** Moves the time on until no event waits to be handed over again: each was taken, or given up. */
  delivered(): Promise<void>;
  /** Events whose function failed on every attempt. */
  readonly deadLetters: Pick<Cloud['deadLetters'], 'queueUrl' | 'lambdaUrl'>;
  /** Bearer token of the developer. */
  readonly token: string;
  /** Access key of the developer for EventBridge, SQS and Lambda. */
  readonly key: AccessKey;
  /** The rules that a job has there. */
  rules(space: string, job: string): readonly Rule[];
  stop(): Promise<void>;
};

/** Longest wait for a task: on the real cluster its pod takes four seconds, and on a busy machine much longer. */
const TASK_MS = 200_000;

export const SMALL = { cpu: '10m', memory: '64M', disk: '64M' };

type ApiOptions = Pick<CloudOptions, 'clock' | 'onLog'> & {
  /** Minutes pass as the machine's clock goes, and not only when a test runs one. */
  readonly ticking?: boolean;
};

/** Starts the gateway, the functions and an EventBridge over the target. */
export async function startApi(
  target: Target,
  { ticking = false, ...options }: ApiOptions = {},
): Promise<Api> {
  const outside: string[] = [];
  /** Fails the test if any answer, to the command line too, is outside the OpenAPI document. */
  const refuseOutside = () => {
    if (outside.length > 0) throw new Error(outside.splice(0).join('\n'));
  };
  const cloud = await startCloud({
    ...options,
    bundles: BUNDLES,
    onResponse: (answer) => outside.push(...outsideDocument(answer)),
    cluster: {
      endpoint: target.url,
      ca: target.ca,
      builds: target.builds,
      token: async (identity) => target.token(identity),
    },
  });

  if (ticking) cloud.eventBridge.startTicker();

  const { token } = cloud.credentials;
  const call: Api['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${cloud.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    refuseOutside();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };

  const until: Api['until'] = (space, task, ...states) =>
    eventually(
      async () => {
        const { body } = await call('GET', `/v1/spaces/${space}/tasks/${task}`);
        return states.includes(body.state) ? body : undefined;
      },
      { withinMs: TASK_MS, what: `task ${task} ${states.join(' or ')}` },
    );

  return {
    target,
    url: cloud.url,
    token,
    call,
    until,
    push: (space, app, spec = {}) =>
      call('PUT', `/v1/spaces/${space}/apps/${app}`, { image: target.image, resources: SMALL, ...spec }),
    run: async (space, app, task) => {
      const { status, body } = await call('POST', `/v1/spaces/${space}/apps/${app}/tasks`, task);
      if (status !== 201) throw new Error(`run-task: ${status} ${JSON.stringify(body)}`);
      return until(space, body.name, 'succeeded', 'failed', 'cancelled', 'timedOut');
    },
    eventBridge: cloud.eventBridge.url,
    settled: cloud.eventBridge.drained,
    delivered: async () => {
      for (;;) {
        await cloud.eventBridge.drained();
        const due = cloud.eventBridge.nextDelivery();
        if (due === undefined) return;
        await cloud.runMinute(new Date(Math.max(due.getTime(), cloud.clock.now().getTime())));
      }
    },
    deadLetters: cloud.deadLetters,
    key: cloud.credentials.keyOf(USER_KEY),
    now: cloud.clock.now,
    minute: cloud.runMinute,
    rules: (space, job) =>
      cloud.eventBridge.rules().filter(({ tags }) => tags.space === space && tags.job === job),
    stop: async () => {
      await cloud.stop();
      refuseOutside();
    },
  };
}
