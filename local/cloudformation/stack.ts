import { ACCOUNT, functionArn, REGION, STAGE } from '../account.ts';
import { NO_RETRIES, type Retries } from '../eventbridge/dispatcher.ts';
import type { Deployment } from './serverless.ts';

/** Limit of rules for jobs: the default of serverless.yml. */
const MAX_RULES = 100;

/** Name of the dead-letter queue, as in stack/resources.yml without the stack's id. */
export const deadLettersName = (service: string): string => `${service}-${STAGE}-dead-letters`;

/** ARN of the dead-letter queue. */
export const deadLettersArn = (service: string): string =>
  `arn:aws:sqs:${REGION}:${ACCOUNT}:${deadLettersName(service)}`;

/** Name of the service's own bus, as in stack/resources.yml. */
export const serviceBus = (service: string): string => `${service}-${STAGE}`;

/** Event sources that spaces may listen to: all of them, on both buses. */
export const ALL_SOURCES = { '*': { default: ['*'], service: ['*'] } } as const;

/** Environment variables of the stack for its functions. */
export const stackEnvironment = ({ service }: Deployment, eventBridgeUrl: string) => ({
  TASKBRIDGE_SERVICE: service,
  TASKBRIDGE_STAGE: STAGE,
  TASKBRIDGE_MAX_RULES: String(MAX_RULES),
  TASKBRIDGE_FIRE_JOB_ARN: functionArn(service, 'fire-job'),
  TASKBRIDGE_FIRE_EVENT_ARN: functionArn(service, 'fire-event'),
  TASKBRIDGE_EVENT_BUS: serviceBus(service),
  TASKBRIDGE_EVENT_SOURCES: JSON.stringify(ALL_SOURCES),
  TASKBRIDGE_DEAD_LETTERS_ARN: deadLettersArn(service),
  AWS_REGION: REGION,
  AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridgeUrl,
  // The SDK warns about the oldest Node that the local cloud supports; Lambda's is newer.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

/** Rule that CloudFormation creates for a function; its only target receives the event unchanged. */
export type StackRule = { readonly name: string; readonly target: string } & (
  | { readonly expression: string }
  | { readonly bus: string; readonly pattern: Readonly<Record<string, unknown>> }
);

/** Rules that CloudFormation creates from the events in serverless.yml, with the names that they get there. */
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
        bus: serviceBus(service),
        pattern,
        target,
      })),
    ];
  });

/** Logical id of a function in the template. */
export const logicalIdOf = (name: string): string => `${pascalCase(name)}LambdaFunction`;

/** A name as Serverless writes it in a logical id: `fire-job` is `FireDashJob`. */
const pascalCase = (name: string): string =>
  `${name.slice(0, 1).toUpperCase()}${name.slice(1).replaceAll('-', 'Dash')}`;

/** Name of the function with an ARN. Throws if the stack has no such function. */
export function functionNameOf({ service, functions }: Deployment, arn: string): string {
  const found = functions.find(({ name }) => functionArn(service, name) === arn);
  if (found === undefined) throw new Error(`No function has the ARN ${arn}.`);
  return found.name;
}

/** Retry policy of a function of the stack. */
export const retriesOf = ({ service, functions }: Deployment, arn: string): Retries =>
  functions.find(({ name }) => functionArn(service, name) === arn)?.retries ?? NO_RETRIES;
