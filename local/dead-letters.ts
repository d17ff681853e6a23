import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { accessKeyOf, functionArn } from './account.ts';
import type { DeliveryFailed, RetriesExhausted } from './eventbridge/dispatcher.ts';
import type { StackRights } from './iam/stack-rights.ts';
import { newLambdaServer } from './lambda/server.ts';
import type { Deployment } from './serverless.ts';
import { newQueue } from './sqs/queue.ts';
import { newQueueServer } from './sqs/server.ts';
import { deadLettersName, functionNameOf } from './stack.ts';

/** The queue in the stack's template, as its statements name it. */
const QUEUE_IN_TEMPLATE = 'DeadLetters.Arn';

export type DeadLettersOptions = {
  readonly deployment: Deployment;
  readonly rights: StackRights;
  readonly now: () => Date;
  /** Calls a function asynchronously, by its name. */
  readonly call: (name: string, event: unknown) => void;
  readonly onLost: (name: string, why: string) => void;
};

/** The stack's queue for what was given up, and what sends it again. */
export type DeadLetters = {
  /** Endpoint of SQS, with this one queue. */
  readonly queueUrl: string;
  /** Endpoint of Lambda, for asynchronous calls. */
  readonly lambdaUrl: string;
  messages(): readonly unknown[];
  /** Takes an event that a function failed at for the last time. */
  take(event: RetriesExhausted): void;
  /** Takes an event that EventBridge could not hand to a function. */
  takeUndelivered(event: DeliveryFailed): void;
  stop(): Promise<void>;
};

export async function startDeadLetters(options: DeadLettersOptions): Promise<DeadLetters> {
  const { deployment, rights, now, call, onLost } = options;
  const queue = newQueue(deadLettersName(deployment.service), now);
  const known = (name: string) =>
    deployment.functions.find((one) => functionArn(deployment.service, one.name).endsWith(`:${name}`));
  const servers = [
    newQueueServer(queue),
    newLambdaServer({
      call: (name, event) => {
        const found = known(name);
        if (found !== undefined) call(found.name, event);
        return found !== undefined;
      },
    }),
  ] as const;
  const [queueUrl = '', lambdaUrl = ''] = await Promise.all(servers.map(listen));
  return {
    queueUrl,
    lambdaUrl,
    messages: () => queue.bodies().map((body): unknown => JSON.parse(body)),
    take: (event) => {
      const name = functionNameOf(deployment, event.targetArn);
      const hasQueue = deployment.functions.some((one) => one.name === name && one.retries.deadLetters);
      if (!hasQueue) return;
      const refused = rights.refusalOf(accessKeyOf(name), 'sqs:SendMessage', QUEUE_IN_TEMPLATE);
      if (refused === undefined) queue.send(JSON.stringify(recordOf(event, now())));
      else onLost(name, refused.message);
    },
    takeUndelivered: ({ event, ruleArn, targetArn, code, message }) => {
      queue.send(JSON.stringify(event), {
        RULE_ARN: ruleArn,
        TARGET_ARN: targetArn,
        ERROR_CODE: code,
        ERROR_MESSAGE: message,
      });
    },
    stop: async () => {
      await Promise.all(servers.map(close));
    },
  };
}

/** What Lambda sends to an on-failure destination (its Developer Guide, "Capturing records of asynchronous invocations"). */
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

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
