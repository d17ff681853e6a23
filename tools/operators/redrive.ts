import { parseArgs } from 'node:util';
import { ListTagsForResourceCommand } from '@aws-sdk/client-eventbridge';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { AwsClient } from 'aws4fetch';
import { newEventBridgeClient } from '../../lib/platform/aws/eventbridge.ts';
import { awsHost } from '../../lib/platform/aws/host.ts';
import { type DeadLetter, queueUrlsOf, receive, redrive, release, type Services } from './dead-letters.ts';
import { agrees, ofStage, runTool, STAGE_FLAGS } from './stage-tool.ts';

const HELP = `Usage: npm run redrive -- --stage STAGE [--region REGION] [--service SERVICE] [--function NAME] [--yes]

Redrives the events in a stage's dead-letter queues, that of its stack and those that removed stacks of it left, once
the cause of their failure is fixed. An event that already has a task starts no second one, for as long as that task is
kept.
  --stage STAGE        as it was deployed
  --region REGION      default: AWS_REGION
  --service SERVICE    default: taskbridge
  --function NAME      only events of this function: fire-event or run-task-on-event
  --yes                does not ask for confirmation`;

/** Characters of an event to print. */
const SHOWN = 200;

const read = (args: readonly string[]) =>
  ofStage(parseArgs({ args: [...args], options: { ...STAGE_FLAGS, function: { type: 'string' } } }).values);

async function servicesIn(region: string): Promise<Services> {
  const credentials = await defaultProvider()();
  const {
    AWS_ENDPOINT_URL_SQS,
    AWS_ENDPOINT_URL_LAMBDA,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
  } = process.env;
  const client = newEventBridgeClient({ region, endpoint, credentials });
  return {
    aws: new AwsClient({ ...credentials, region }),
    sqs: AWS_ENDPOINT_URL_SQS ?? `https://${awsHost('sqs', region)}/`,
    lambda: AWS_ENDPOINT_URL_LAMBDA ?? `https://${awsHost('lambda', region)}/`,
    tagsOf: async (ResourceARN) => {
      const { Tags = [] } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
      return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
    },
  };
}

async function main(): Promise<void> {
  const options = read(process.argv.slice(2));
  if (options === 'help') return console.log(HELP);
  const stack = `${options.service}-${options.stage}`;
  const services = await servicesIn(options.region);
  const queueUrls = await queueUrlsOf(services, `${stack}-dead-letters`);
  const wanted = ({ function: name }: DeadLetter): boolean =>
    options.function === undefined || name === `${stack}-${options.function}`;

  // All of them first: a message that was put back would come again.
  const messages: DeadLetter[] = [];
  for (const queueUrl of queueUrls)
    for (let part = await receive(services, queueUrl); part.length > 0; ) {
      messages.push(...part);
      part = await receive(services, queueUrl);
    }
  const again = messages.filter(wanted);
  const others = messages.filter((message) => !wanted(message));
  await release(services, others);
  if (again.length === 0) return console.log(`Nothing to redrive in ${stack}-dead-letters.`);
  for (const { function: name, why, event } of again)
    console.log(`${name}  ${why}\n  ${JSON.stringify(event).slice(0, SHOWN)}`);
  if (!options.yes && !(await agrees(`Send these ${again.length} again?`))) {
    await release(services, again);
    return console.log('Nothing was sent.');
  }
  for (const message of again) await redrive(services, message);
  console.log(`Sent ${again.length} again.`);
}

runTool(main);
