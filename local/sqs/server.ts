import type { Server } from 'node:http';
import * as v from 'valibot';
import { ACCOUNT } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { type AwsRequest, createAwsServer } from '../aws-server.ts';
import type { Credentials } from '../credentials.ts';
import { md5Of, type Queue } from './queue.ts';

/** Default visibility timeout in seconds. */
const VISIBILITY_TIMEOUT_SECONDS = 30;

const OfQueue = v.object({ QueueUrl: v.string() });

const ReceiveMessage = v.object({
  ...OfQueue.entries,
  MaxNumberOfMessages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 1),
  VisibilityTimeout: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(43_200)),
    VISIBILITY_TIMEOUT_SECONDS,
  ),
});

const DeleteMessage = v.object({ ...OfQueue.entries, ReceiptHandle: v.string() });

const ChangeMessageVisibility = v.object({ ...DeleteMessage.entries, VisibilityTimeout: v.number() });

type Operation = (queue: Queue, body: unknown, url: string) => object;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [
    'ListQueues',
    (queue, body, url) => {
      const { QueueNamePrefix } = parse(v.object({ QueueNamePrefix: v.optional(v.string(), '') }), body);
      return queue.name.startsWith(QueueNamePrefix) ? { QueueUrls: [url] } : {};
    },
  ],
  [
    'GetQueueAttributes',
    (queue, body) => {
      checkQueue(queue, body);
      return { Attributes: { ApproximateNumberOfMessages: String(queue.bodies().length) } };
    },
  ],
  ['ReceiveMessage', receiveMessage],
  [
    'ChangeMessageVisibility',
    (queue, body) => {
      checkQueue(queue, body);
      const { ReceiptHandle, VisibilityTimeout } = parse(ChangeMessageVisibility, body);
      queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
      return {};
    },
  ],
  [
    'DeleteMessage',
    (queue, body) => {
      checkQueue(queue, body);
      queue.delete(parse(DeleteMessage, body).ReceiptHandle);
      return {};
    },
  ],
]);

/** Returns immediately, even for long polling. */
function receiveMessage(queue: Queue, body: unknown) {
  checkQueue(queue, body);
  const { MaxNumberOfMessages, VisibilityTimeout } = parse(ReceiveMessage, body);
  const messages = queue.receive(MaxNumberOfMessages, VisibilityTimeout).map((message) => ({
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5Of(message.body),
    MessageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, StringValue]) => [
        name,
        { DataType: 'String', StringValue },
      ]),
    ),
    Attributes: {
      SentTimestamp: String(message.sentAt.getTime()),
      ApproximateReceiveCount: String(message.receiveCount),
    },
  }));
  return messages.length === 0 ? {} : { Messages: messages };
}

const noQueue = (): AwsError =>
  new AwsError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');

function checkQueue({ name }: Queue, body: unknown): void {
  if (parse(OfQueue, body).QueueUrl.split('/').at(-1) !== name) throw noQueue();
}

function parse<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return parsed.output;
  throw new AwsError('com.amazonaws.sqs#InvalidParameterValueException', parsed.issues[0].message);
}

/** Receiving side of SQS for one queue over JSON 1.0. Permissions of roles are not checked. */
export const createQueueServer = (queue: Queue, credentials: Credentials): Server =>
  createAwsServer({
    service: 'sqs',
    credentials,
    contentType: 'application/x-amz-json-1.0',
    handle: (request) => ({ status: 200, body: handle(queue, request) }),
  });

function handle(queue: Queue, { request, operation: name, body }: AwsRequest): object {
  const operation = OPERATIONS.get(name);
  if (operation === undefined)
    throw new AwsError(
      'UnsupportedOperation',
      `${name} is not served here; served: ${[...OPERATIONS.keys()].join(', ')}.`,
    );
  return operation(
    queue,
    JSON.parse(body || '{}'),
    `http://${request.headers.host}/${ACCOUNT}/${queue.name}`,
  );
}
