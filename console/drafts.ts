import * as v from 'valibot';
import { type EnvLine, envOf, envText, given, type ResourceTexts, resourcesOf } from './form-values.ts';

const EnvVar = v.looseObject({
  name: v.string(),
  value: v.optional(v.string()),
  valueFrom: v.optional(v.unknown()),
});
type EnvVar = v.InferOutput<typeof EnvVar>;

const Text = v.optional(v.string(), '');

/** What of an app the form has. */
const Editable = v.object({
  name: Text,
  image: Text,
  command: Text,
  taskTimeout: Text,
  maxRunning: v.optional(v.number()),
  resources: v.optional(v.object({ memory: Text, disk: Text, cpu: Text }), {}),
  env: v.optional(v.array(EnvVar), []),
});

/** An app as it is typed. */
export type AppDraft = {
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly env: string;
  readonly taskTimeout: string;
  readonly maxRunning: string;
  readonly resources: ResourceTexts;
  /** Variables that no line can be: from a Secret, or of more than one line. */
  readonly keptEnv: readonly EnvVar[];
  /** Fields of the app that the form does not have. */
  readonly kept: Readonly<Record<string, unknown>>;
};

export const NEW_APP: AppDraft = {
  name: '',
  image: '',
  command: '',
  env: '',
  taskTimeout: '',
  maxRunning: '',
  resources: {},
  keptEnv: [],
  kept: {},
};

/** What the API tells of an app and does not take. */
const TOLD = ['space', 'name', 'createdAt', 'problems'];

/** The app that the API answered, to be changed. */
export function draftOf(app: Readonly<Record<string, unknown>>): AppDraft {
  const { name, image, command, taskTimeout, maxRunning, resources, env } = v.parse(Editable, app);
  const isLine = ({ value, valueFrom }: EnvVar) => valueFrom === undefined && !(value ?? '').includes('\n');
  return {
    name,
    image,
    command,
    taskTimeout,
    maxRunning: maxRunning === undefined ? '' : String(maxRunning),
    resources,
    env: envText(env.filter(isLine)),
    keptEnv: env.filter((variable) => !isLine(variable)),
    kept: Object.fromEntries(
      Object.entries(app).filter(([key]) => !TOLD.includes(key) && !Object.hasOwn(Editable.entries, key)),
    ),
  };
}

/** The body of the push. What was left empty is left to the platform. */
export function bodyOf({ image, command, env, taskTimeout, maxRunning, resources, keptEnv, kept }: AppDraft) {
  const variables: readonly (EnvVar | EnvLine)[] = [...keptEnv, ...envOf(env)];
  const count = maxRunning.trim();
  return {
    ...kept,
    image: image.trim(),
    ...given({ command, taskTimeout: taskTimeout.trim() }),
    ...(variables.length === 0 ? {} : { env: variables }),
    ...resourcesOf(resources),
    ...(count === '' ? {} : { maxRunning: numberIn(count) }),
  };
}

/** What is no number goes as it is: the API says what is allowed. */
const numberIn = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

/** A schedule and what goes with it, as it is typed. */
export type ScheduleDraft = {
  readonly cron: string;
  readonly timeZone: string;
  readonly concurrencyPolicy: string;
  readonly startingDeadlineSeconds: string;
};

export const NO_SCHEDULE: ScheduleDraft = {
  cron: '',
  timeZone: 'UTC',
  concurrencyPolicy: 'Always',
  startingDeadlineSeconds: '',
};

/** The overlap policy and the deadline as the API takes them. */
export function policyBody({ concurrencyPolicy, startingDeadlineSeconds }: ScheduleDraft) {
  const seconds = startingDeadlineSeconds.trim();
  return {
    concurrencyPolicy,
    ...(seconds === '' ? {} : { startingDeadlineSeconds: numberIn(seconds) }),
  };
}

/** The schedule alone; the zone is UTC where none was written. */
export const scheduleBody = ({ cron, timeZone }: ScheduleDraft) => ({
  cron: cron.trim(),
  timeZone: timeZone.trim() === '' ? 'UTC' : timeZone.trim(),
});
