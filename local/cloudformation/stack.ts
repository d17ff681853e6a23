import { ACCOUNT, functionArn, REGION, STAGE } from '../account.ts';
import { NO_RETRIES, type Retries } from '../eventbridge/dispatcher.ts';
import type { Deployment } from './serverless.ts';

/** Rules of its own that the stack may have, as serverless.yml has it where nobody chose another number. */
const MAX_RULES = 100;

/** Name of the queue for what asynchronous functions could not do, as stack/resources.yml has it. */
export const deadLettersName = (service: string): string => `${service}-${STAGE}-dead-letters`;

/** Its ARN. */
export const deadLettersArn = (service: string): string =>
  `arn:aws:sqs:${REGION}:${ACCOUNT}:${deadLettersName(service)}`;

/** The service's own bus, as stack/resources.yml names it. */
export const ownBus = (service: string): string => `${service}-${STAGE}`;

/** What spaces may listen to here: everything, since whoever uses this machine may put any event. */
export const EVERY_SOURCE = { '*': { default: ['*'], service: ['*'] } } as const;

/** What the functions are told of their stack and its EventBridge. */
export const stackEnvironment = ({ service }: Deployment, eventBridgeUrl: string) => ({
  TASKBRIDGE_SERVICE: service,
  TASKBRIDGE_STAGE: STAGE,
  TASKBRIDGE_MAX_RULES: String(MAX_RULES),
  TASKBRIDGE_FIRE_JOB_ARN: functionArn(service, 'fire-job'),
  TASKBRIDGE_FIRE_EVENT_ARN: functionArn(service, 'fire-event'),
  TASKBRIDGE_EVENT_BUS: ownBus(service),
  TASKBRIDGE_EVENT_SOURCES: JSON.stringify(EVERY_SOURCE),
  TASKBRIDGE_DEAD_LETTERS_ARN: deadLettersArn(service),
  AWS_REGION: REGION,
  AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridgeUrl,
  // Lambda has a newer Node than the oldest one that this runs on.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

/** A rule as CloudFormation makes it for a function of a stack: its one target gets the event as it is. */
export type StackRule = { readonly name: string; readonly target: string } & (
  | { readonly expression: string }
  | { readonly bus: string; readonly pattern: Readonly<Record<string, unknown>> }
);

/** The rules that CloudFormation would make of the events in serverless.yml, named as Serverless or it names them. */
export const stackRules = ({ service, functions }: Deployment): readonly StackRule[] =>
  functions.flatMap(({ name, schedules, patterns }) => {
    const target = functionArn(service, name);
    return [
      ...schedules.map((expression, index) => ({
        name: `${service}-${STAGE}-${pascalCase(name)}EventsRuleSchedule${index + 1}-LOCAL`,
        expression,
        target,
      })),
      ...patterns.map((pattern, index) => ({
        name: `${service}-${STAGE}-${name}-rule-${index + 1}`,
        bus: ownBus(service),
        pattern,
        target,
      })),
    ];
  });

/** A function's logical id in the template. */
export const lambdaIdOf = (name: string): string => `${pascalCase(name)}LambdaFunction`;

/** As Serverless makes a part of an id of a name. */
const pascalCase = (name: string): string =>
  `${name.slice(0, 1).toUpperCase()}${name.slice(1).replaceAll('-', 'Dash')}`;

/** The name of the function that an ARN means. Throws for one that the stack does not have, as Lambda refuses it. */
export function functionNameOf({ service, functions }: Deployment, arn: string): string {
  const found = functions.find(({ name }) => functionArn(service, name) === arn);
  if (found === undefined) throw new Error(`No function has the ARN ${arn}.`);
  return found.name;
}

/** How Lambda goes on with an event that a function of the stack failed at. */
export const retriesOf = ({ service, functions }: Deployment, arn: string): Retries =>
  functions.find(({ name }) => functionArn(service, name) === arn)?.retries ?? NO_RETRIES;
