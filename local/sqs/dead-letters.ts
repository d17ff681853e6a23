import { randomUUID } from 'node:crypto';
import { accessKeyOf, functionArn } from '../account.ts';
import type { Deployment } from '../cloudformation/serverless.ts';
import { deadLettersName, functionNameOf } from '../cloudformation/stack.ts';
import type { Credentials } from '../credentials.ts';
import type { Data } from '../data/data.ts';
import { portsOf } from '../data/identity.ts';
import type { DeliveryFailed, RetriesExhausted } from '../eventbridge/dispatcher.ts';
import { listenAgain } from '../http-server.ts';
import type { StackPermissions } from '../iam/stack-permissions.ts';
import { createLambdaServer } from '../lambda/server.ts';
import { createQueue, MESSAGE } from './queue.ts';
import { createQueueServer } from './server.ts';

/** Reference to the queue in the template's statements. */
const QUEUE_IN_TEMPLATE = 'DeadLetters.Arn';

export type DeadLettersOptions = {
  readonly credentials: Credentials;
  readonly deployment: Deployment;
  readonly permissions: StackPermissions;
  readonly now: () => Date;
  /** Invokes a function asynchronously by name. */
  readonly call: (name: string, event: unknown) => void;
  readonly onLost: (name: string, why: string) => void;
  /** Keeps the messages and ports for the next start. Default: they are in memory. */
  readonly data?: Data | undefined;
};

/** Dead-letter queue of the stack, with the endpoints to redrive it. */
export type DeadLetters = {
  /** Endpoint of SQS with this queue. */
  readonly queueUrl: string;
  /** Endpoint of Lambda for asynchronous invocations. */
  readonly lambdaUrl: string;
  messages(): readonly unknown[];
  /** Adds an event that a function has failed to process for the last time. */
  addFailedInvocation(event: RetriesExhausted): void;
  /** Adds an event that EventBridge could not deliver to a function. */
  addFailedDelivery(event: DeliveryFailed): void;
  stop(): Promise<void>;
};

export async function startDeadLetters(options: DeadLettersOptions): Promise<DeadLetters> {
  const { credentials, deployment, permissions, now, call, onLost, data } = options;
  const queue = createQueue(deadLettersName(deployment.service), now, data?.map('message', MESSAGE));
  const ports = portsOf(data);
  const known = (name: string) =>
    deployment.functions.find((one) => functionArn(deployment.service, one.name).endsWith(`:${name}`));
  const sqs = await listenAgain(createQueueServer(queue, credentials), 'sqs', ports);
  const lambda = await listenAgain(
    createLambdaServer({
      credentials,
      call: (name, event) => {
        const found = known(name);
        if (found !== undefined) call(found.name, event);
        return found !== undefined;
      },
    }),
    'lambda',
    ports,
  );
  return {
    queueUrl: sqs.url,
    lambdaUrl: lambda.url,
    messages: () => queue.bodies().map((body): unknown => JSON.parse(body)),
    addFailedInvocation: (event) => {
      const name = functionNameOf(deployment, event.targetArn);
      const hasQueue = deployment.functions.some((one) => one.name === name && one.retries.deadLetters);
      if (!hasQueue) return;
      const refused = permissions.denialOf(accessKeyOf(name), 'sqs:SendMessage', QUEUE_IN_TEMPLATE);
      if (refused === undefined) queue.send(JSON.stringify(recordOf(event, now())));
      else onLost(name, refused.message);
    },
    addFailedDelivery: ({ event, ruleArn, targetArn, code, message }) => {
      queue.send(JSON.stringify(event), {
        RULE_ARN: ruleArn,
        TARGET_ARN: targetArn,
        ERROR_CODE: code,
        ERROR_MESSAGE: message,
      });
    },
    stop: async () => {
      await Promise.all([sqs.close(), lambda.close()]);
    },
  };
}

/**
 * Invocation record for an on-failure destination (Lambda Developer Guide, "Capturing records of asynchronous
 * invocations").
 */
const recordOf = ({ targetArn, event, error, condition, calls }: RetriesExhausted, now: Date) => ({
  version: '1.0',
  timestamp: now.toISOString(),
  requestContext: {
    requestId: randomUUID(),
    functionArn: `${targetArn}:$LATEST`,
    condition,
    approximateInvokeCount: calls,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: {
    errorType: 'Error',
    errorMessage: String(error instanceof Error ? error.message : error).split('\n')[0],
  },
});
