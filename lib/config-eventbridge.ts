import * as v from 'valibot';
import { given, read, Text } from './settings.ts';

/**
 * Which events the jobs of a space may be triggered by, deny by default, as JSON:
 * `{ "team-a": { "default": ["aws.s3"], "service": ["shop.*"] }, "*": { "default": ["aws.health"] } }`. A space (`*`: every
 * one), a bus, its sources; `shop.*` is every source that begins with `shop.`.
 */
const EventSources = v.pipe(
  v.optional(v.string(), '{}'),
  v.rawTransform<string, unknown>(({ dataset, addIssue, NEVER }) => {
    try {
      return JSON.parse(dataset.value || '{}');
    } catch {
      addIssue({ message: 'sources by space and bus as JSON: {"team-a":{"default":["aws.s3"]}}' });
      return NEVER;
    }
  }),
  v.record(
    v.string(),
    v.strictObject({
      default: v.optional(v.array(Text)),
      service: v.optional(v.array(Text)),
    }),
  ),
);

const EventsEnvironment = v.object({
  TASKBRIDGE_SERVICE: v.optional(v.string(), 'taskbridge'),
  TASKBRIDGE_STAGE: v.optional(v.string(), 'dev'),
  TASKBRIDGE_EVENT_SOURCES: EventSources,
});

/** The stage of a function that events call, and which of them it takes. */
export function eventStageOf(environment: Readonly<Record<string, string | undefined>>) {
  const settings = read(EventsEnvironment, environment);
  const { TASKBRIDGE_SERVICE: service, TASKBRIDGE_STAGE: stage } = settings;
  return { service, stage, sources: settings.TASKBRIDGE_EVENT_SOURCES };
}

/** Settings of the functions that write rules, or wake jobs in their place. */
const RulesEnvironment = v.object({
  TASKBRIDGE_SERVICE: Text,
  TASKBRIDGE_STAGE: v.pipe(v.string(), v.regex(/^[a-z0-9]+$/, 'lower-case letters and digits alone')),
  TASKBRIDGE_MAX_RULES: v.pipe(
    v.optional(v.string(), '100'),
    v.regex(/^\d{1,6}$/, 'how many rules the stage may have, 100 if not given'),
    v.transform(Number),
  ),
  TASKBRIDGE_FIRE_JOB_ARN: v.pipe(v.string(), v.regex(/^arn:/, 'arn:aws:lambda:… of the function fire-job')),
  /** Empty: there are no triggers. */
  TASKBRIDGE_FIRE_EVENT_ARN: v.optional(v.string(), ''),
  /** Name of the service's own bus. Empty: it has none. */
  TASKBRIDGE_EVENT_BUS: v.optional(v.string(), ''),
  TASKBRIDGE_EVENT_SOURCES: EventSources,
  /** ARN of the queue for events that could not be handed to fire-event. */
  TASKBRIDGE_DEAD_LETTERS_ARN: v.optional(v.string(), ''),
  AWS_REGION: Text,
  /** The SDK's own name. Empty: AWS. */
  AWS_ENDPOINT_URL_EVENTBRIDGE: v.optional(v.string(), ''),
});

export type RulesConfig = {
  readonly stage: {
    readonly service: string;
    readonly stage: string;
    readonly maxRules: number;
    readonly busName?: string | undefined;
    readonly sources: v.InferOutput<typeof EventSources>;
  };
  readonly functionArn: string;
  readonly eventFunctionArn?: string | undefined;
  readonly deadLettersArn?: string | undefined;
  readonly region: string;
  readonly endpoint?: string | undefined;
};

/** The settings of a stage's rules; throws with the name of each variable that is missing or wrong. */
export function rulesConfigOf(environment: Readonly<Record<string, string | undefined>>): RulesConfig {
  const settings = read(RulesEnvironment, environment);
  const { TASKBRIDGE_SERVICE: service, TASKBRIDGE_STAGE: stage, TASKBRIDGE_MAX_RULES: maxRules } = settings;
  const { TASKBRIDGE_EVENT_BUS: bus, TASKBRIDGE_EVENT_SOURCES: sources } = settings;
  return {
    stage: { service, stage, maxRules, sources, busName: given(bus) },
    functionArn: settings.TASKBRIDGE_FIRE_JOB_ARN,
    eventFunctionArn: given(settings.TASKBRIDGE_FIRE_EVENT_ARN),
    deadLettersArn: given(settings.TASKBRIDGE_DEAD_LETTERS_ARN),
    region: settings.AWS_REGION,
    endpoint: given(settings.AWS_ENDPOINT_URL_EVENTBRIDGE),
  };
}
