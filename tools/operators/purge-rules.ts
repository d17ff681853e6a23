import { parseArgs } from 'node:util';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { newEventBridgeClient } from '../../lib/platform/aws/eventbridge.ts';
import { jsonLog } from '../../lib/platform/metrics.ts';
import { removeAllRules } from '../../lib/schedules/cleanup.ts';
import { eventBridgeRules } from '../../lib/schedules/repository.ts';
import { agrees, ofStage, runTool, STAGE_FLAGS } from './stage-tool.ts';

const HELP = `Usage: npm run purge-rules -- --stage STAGE [--region REGION] [--service SERVICE] [--yes]

Removes the EventBridge rules that the jobs of a stage have, for a stack removal that failed. Rules of such a name that
the stage did not make stay. While the stack is there its reconcile makes the rules again.
  --stage STAGE        as it was deployed
  --region REGION      default: AWS_REGION
  --service SERVICE    default: taskbridge
  --yes                does not ask`;

/** Longest that all of it may take, in ms; at some ten rules a second. */
const MAX_MS = 10 * 60_000;

type Options = { readonly service: string; readonly stage: string; readonly region: string };

const read = (args: readonly string[]) =>
  ofStage(parseArgs({ args: [...args], options: STAGE_FLAGS }).values);

async function rulesOf({ service, stage, region }: Options) {
  const endpoint = process.env.AWS_ENDPOINT_URL_EVENTBRIDGE;
  const client = newEventBridgeClient({ region, endpoint, credentials: await defaultProvider()() });
  const end = AbortSignal.timeout(MAX_MS);
  // It makes no rule, so it needs no function for one.
  const busName = `${service}-${stage}`;
  return eventBridgeRules({ client, end }, { service, stage, busName, functionArn: '' });
}

async function main(): Promise<void> {
  const options = read(process.argv.slice(2));
  if (options === 'help') return console.log(HELP);
  const rules = await rulesOf(options);
  const found = await rules.list();
  const of = `${options.service}-${options.stage} in ${options.region}`;
  if (found.length === 0) return console.log(`There is no rule of ${of}.`);
  for (const { name, expression, pattern, enabled } of found)
    console.log(`${name}  ${expression ?? pattern}${enabled ? '' : '  disabled'}`);
  if (!options.yes && !(await agrees(`Remove these ${found.length} rules of ${of}?`)))
    return console.log('Nothing was removed.');
  console.log(`Removed ${await removeAllRules({ rules, log: jsonLog })} rules.`);
}

runTool(main);
