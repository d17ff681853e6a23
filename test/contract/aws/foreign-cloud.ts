import { randomBytes } from 'node:crypto';
import { type AwsAccount, removeBucket } from '../../support/aws-account.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cloud, SECRET_TEXT } from './cloud.ts';

/** Events of one PutLogEvents. */
const EVENTS = 500;

/** Resources of an account for the suites, with a random name. They are removed at the end. */
export async function startForeignCloud(account: AwsAccount): Promise<Cloud> {
  const { region, credentials, id, endpoint, s3, call } = account;
  const name = `taskbridge-contract-${randomBytes(4).toString('hex')}`;
  const logGroupName = `/taskbridge/${name}`;

  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const one of undo.splice(0).toReversed()) await one();
  };
  try {
    await call('events', 'CreateEventBus', { Name: name });
    undo.push(() => call('events', 'DeleteEventBus', { Name: name }));
    await s3('PUT', name, locationIn(region));
    undo.push(() => removeBucket(account, name));
    const secret = {
      Name: name,
      SecretString: SECRET_TEXT,
      ClientRequestToken: randomBytes(16).toString('hex'),
    };
    await call('secretsmanager', 'CreateSecret', secret);
    const forced = { SecretId: name, ForceDeleteWithoutRecovery: true };
    undo.push(() => call('secretsmanager', 'DeleteSecret', forced));
    await call('logs', 'CreateLogGroup', { logGroupName });
    undo.push(() => call('logs', 'DeleteLogGroup', { logGroupName }));
    const { QueueUrl } = await call('sqs', 'CreateQueue', { QueueName: name });
    undo.push(() => call('sqs', 'DeleteQueue', { QueueUrl }));
    return {
      ...{ region, credentials, account: id, bus: name, bucket: name, secret: name, queue: name },
      ...{ logGroup: logGroupName, stop, endpointOf: () => endpoint },
      writeLog: async (logStreamName, events) => {
        await call('logs', 'CreateLogStream', { logGroupName, logStreamName });
        for (let begin = 0; begin < events.length; begin += EVENTS) {
          const logEvents = events.slice(begin, begin + EVENTS);
          await call('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents });
        }
        const last = events.at(-1);
        await eventually(
          async () => {
            const page = await call('logs', 'GetLogEvents', { logGroupName, logStreamName, limit: 1 });
            return page.events?.[0]?.timestamp === last?.timestamp ? true : undefined;
          },
          { what: 'the last event of the log' },
        );
      },
      sendMessage: async (MessageBody, attributes) => {
        const MessageAttributes = Object.fromEntries(
          Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: 'String', StringValue }]),
        );
        await call('sqs', 'SendMessage', { QueueUrl, MessageBody, MessageAttributes });
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** S3 wants no location for its first region, and the location for all others. */
const locationIn = (region: string): string | undefined =>
  region === 'us-east-1'
    ? undefined
    : '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
