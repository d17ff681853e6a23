import type { AwsClient } from 'aws4fetch';
import * as v from 'valibot';

/** Message of the dead-letter queue: an invocation that can be redriven. */
export type DeadLetter = {
  readonly queueUrl: string;
  readonly handle: string;
  /** Name of the function that is to be called. */
  readonly function: string;
  readonly event: unknown;
  readonly why: string;
};

/** Endpoints of the AWS services that hold a stage's queue, functions and rules. */
export type Services = {
  readonly aws: AwsClient;
  readonly sqs: string;
  readonly lambda: string;
  /** Tags of a rule by its ARN, which say whose it is; empty for one that is gone. */
  readonly tagsOf: (ruleArn: string) => Promise<Readonly<Record<string, string>>>;
};

/** Visibility timeout in seconds, for a person to look at the messages: nobody else gets them. */
const HIDDEN_SECONDS = 300;

/** Message of Lambda's on-failure destination. */
const OfLambda = v.object({
  requestContext: v.object({ functionArn: v.string(), condition: v.string() }),
  requestPayload: v.unknown(),
  responsePayload: v.optional(v.nullable(v.looseObject({ errorMessage: v.optional(v.string(), '') }))),
});

const Attribute = v.object({ StringValue: v.string() });

/** Attributes of an event that EventBridge could not deliver. */
const OfEventBridge = v.object({
  RULE_ARN: Attribute,
  TARGET_ARN: Attribute,
  ERROR_CODE: Attribute,
  ERROR_MESSAGE: v.optional(Attribute, { StringValue: '' }),
});

const Received = v.object({
  Messages: v.optional(
    v.array(
      v.object({
        ReceiptHandle: v.string(),
        Body: v.string(),
        MessageAttributes: v.optional(v.unknown(), {}),
      }),
    ),
    [],
  ),
});

const QueueList = v.object({ QueueUrls: v.optional(v.array(v.string()), []) });

/** `name` of `arn:aws:lambda:REGION:ACCOUNT:function:NAME:$LATEST`. */
const functionOf = (arn: string): string => arn.split(':')[6] ?? arn;

/** The next ten messages at most. Throws for one that is of neither service: nobody knows what to call for it. */
export async function receive(services: Services, queueUrl: string): Promise<readonly DeadLetter[]> {
  const answer = await sqs(services, 'ReceiveMessage', {
    ...{ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: HIDDEN_SECONDS, WaitTimeSeconds: 1 },
    MessageAttributeNames: ['All'],
  });
  const { Messages } = v.parse(Received, answer);
  return Promise.all(
    Messages.map(async ({ ReceiptHandle: handle, Body, MessageAttributes }) => ({
      queueUrl,
      handle,
      ...(await callIn(services, JSON.parse(Body), MessageAttributes)),
    })),
  );
}

async function callIn({ tagsOf }: Services, body: unknown, attributes: unknown) {
  const undelivered = v.safeParse(OfEventBridge, attributes);
  if (!undelivered.success) {
    const { requestContext, requestPayload, responsePayload } = v.parse(OfLambda, body);
    const why = `${requestContext.condition}: ${responsePayload?.errorMessage ?? ''}`;
    return { function: functionOf(requestContext.functionArn), event: requestPayload, why };
  }
  const { RULE_ARN, TARGET_ARN, ERROR_CODE, ERROR_MESSAGE } = undelivered.output;
  const { space, job } = await tagsOf(RULE_ARN.StringValue);
  return {
    function: functionOf(TARGET_ARN.StringValue),
    // The rule of a trigger says whose it is; others hand the event on as it is.
    event: job === undefined ? body : { space, job, event: body },
    why: `${ERROR_CODE.StringValue}: ${ERROR_MESSAGE.StringValue}`,
  };
}

/**
 * Calls the function again, asynchronously, and then deletes the message. Cut in between, the message comes back and the
 * function is called twice for it, which is one task.
 */
export async function redrive(services: Services, message: DeadLetter): Promise<void> {
  const { aws, lambda } = services;
  const path = `/2015-03-31/functions/${encodeURIComponent(message.function)}/invocations`;
  const response = await aws.fetch(new URL(path, lambda).href, {
    method: 'POST',
    headers: { 'x-amz-invocation-type': 'Event' },
    body: JSON.stringify(message.event),
    aws: { service: 'lambda' },
  });
  if (response.status !== 202)
    throw new Error(`Lambda did not take it: ${response.status} ${await response.text()}`);
  await sqs(services, 'DeleteMessage', { QueueUrl: message.queueUrl, ReceiptHandle: message.handle });
}

/** Makes messages visible again for other receivers. */
export async function release(services: Services, messages: readonly DeadLetter[]): Promise<void> {
  for (const { queueUrl, handle } of messages)
    await sqs(services, 'ChangeMessageVisibility', {
      ...{ QueueUrl: queueUrl, ReceiptHandle: handle, VisibilityTimeout: 0 },
    });
}

/**
 * URLs of the queues whose names begin so: that of the stage, and those that removed stacks of the stage left. Throws if there
 * is none.
 */
export async function queueUrlsOf(services: Services, QueueNamePrefix: string): Promise<readonly string[]> {
  const { QueueUrls } = v.parse(QueueList, await sqs(services, 'ListQueues', { QueueNamePrefix }));
  if (QueueUrls.length === 0)
    throw new Error(`There is no queue ${QueueNamePrefix}. Check --stage, --region and --service.`);
  return QueueUrls;
}

async function sqs({ aws, sqs: endpoint }: Services, operation: string, body: object): Promise<unknown> {
  const response = await aws.fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
    body: JSON.stringify(body),
    aws: { service: 'sqs' },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`SQS refused ${operation}: ${response.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}
