import * as v from 'valibot';
import type { Job } from '../cli/api/responses.ts';
import type { TypedSchedule } from './cron-description.ts';
import { type EnvLine, envOf, envText, nonBlank, type ResourceTexts, resourcesOf } from './form-values.ts';

const EnvVar = v.looseObject({
  name: v.string(),
  value: v.optional(v.string()),
  valueFrom: v.optional(v.unknown()),
});
type EnvVar = v.InferOutput<typeof EnvVar>;

const Text = v.optional(v.string(), '');

/** Fields of an app that the form edits. */
const Editable = v.object({
  name: Text,
  image: Text,
  command: Text,
  taskTimeout: Text,
  maxRunning: v.optional(v.number()),
  resources: v.optional(v.object({ memory: Text, disk: Text, cpu: Text, gpu: v.optional(v.number()) }), {}),
  env: v.optional(v.array(EnvVar), []),
});

/** Variables in a form. */
export type EnvDraft = {
  /** One `NAME=value` a line. */
  readonly env: string;
  /** Variables that don't fit on a line: from a Secret, or with a newline. */
  readonly otherEnv: readonly EnvVar[];
};

function envDraftOf(env: readonly EnvVar[]): EnvDraft {
  const isLine = ({ value, valueFrom }: EnvVar) => valueFrom === undefined && !(value ?? '').includes('\n');
  return { env: envText(env.filter(isLine)), otherEnv: env.filter((variable) => !isLine(variable)) };
}

/** `env` of a request; absent where there are no variables. */
function envBody({ env, otherEnv }: EnvDraft) {
  const variables: readonly (EnvVar | EnvLine)[] = [...otherEnv, ...envOf(env)];
  return variables.length === 0 ? {} : { env: variables };
}

/** Content of the app form. */
export type AppDraft = EnvDraft & {
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly taskTimeout: string;
  readonly maxRunning: string;
  /** With the GPUs, which the form does not edit. */
  readonly resources: ResourceTexts & { readonly gpu?: number | undefined };
  /** Fields of the app that the form does not edit. */
  readonly otherFields: Readonly<Record<string, unknown>>;
};

/** Empty app form. */
export const NEW_APP: AppDraft = {
  name: '',
  image: '',
  command: '',
  env: '',
  taskTimeout: '',
  maxRunning: '',
  resources: {},
  otherEnv: [],
  otherFields: {},
};

/** Read-only fields of an app. */
const READ_ONLY = ['space', 'name', 'createdAt', 'problems', 'warnings'];

/** Fills the form from a response of the API. */
export function draftOf(app: Readonly<Record<string, unknown>>): AppDraft {
  const { name, image, command, taskTimeout, maxRunning, resources, env } = v.parse(Editable, app);
  return {
    name,
    image,
    command,
    taskTimeout,
    maxRunning: maxRunning === undefined ? '' : String(maxRunning),
    resources,
    ...envDraftOf(env),
    otherFields: Object.fromEntries(
      Object.entries(app).filter(
        ([key]) => !READ_ONLY.includes(key) && !Object.hasOwn(Editable.entries, key),
      ),
    ),
  };
}

/** Body of the push. Empty fields are left out, so that defaults apply. */
export function bodyOf({
  image,
  command,
  taskTimeout,
  maxRunning,
  resources,
  otherFields,
  ...variables
}: AppDraft) {
  const count = maxRunning.trim();
  return {
    ...otherFields,
    image: image.trim(),
    ...nonBlank({ command, taskTimeout: taskTimeout.trim() }),
    ...envBody(variables),
    ...appResourcesOf(resources),
    ...(count === '' ? {} : { maxRunning: numberIn(count) }),
  };
}

/** `resources` of an app; absent where it has none. */
function appResourcesOf({ gpu, ...texts }: AppDraft['resources']) {
  const { resources } = { resources: {}, ...resourcesOf(texts) };
  const all = gpu === undefined ? resources : { ...resources, gpu };
  return Object.keys(all).length === 0 ? {} : { resources: all };
}

/** Parses a number; passes on any other text, which the API rejects. */
const numberIn = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

/** Content of the fields for the policies of a job. */
export type PolicyDraft = {
  readonly concurrencyPolicy: string;
  readonly startingDeadlineSeconds: string;
};

/** Content of the schedule form. */
export type ScheduleDraft = PolicyDraft & Required<TypedSchedule>;

/** Empty schedule form. */
export const NO_SCHEDULE: ScheduleDraft = {
  cron: '',
  at: '',
  timeZone: 'UTC',
  concurrencyPolicy: 'Always',
  startingDeadlineSeconds: '',
};

/** Concurrency policy and starting deadline of a request. */
export function policyBody({ concurrencyPolicy, startingDeadlineSeconds }: PolicyDraft) {
  const seconds = startingDeadlineSeconds.trim();
  return {
    concurrencyPolicy,
    ...(seconds === '' ? {} : { startingDeadlineSeconds: numberIn(seconds) }),
  };
}

/** Fills the fields for the policies from a job. */
export const policyDraftOf = ({
  concurrencyPolicy = 'Always',
  startingDeadlineSeconds,
}: Pick<Job, 'concurrencyPolicy' | 'startingDeadlineSeconds'>): PolicyDraft => ({
  concurrencyPolicy,
  startingDeadlineSeconds: startingDeadlineSeconds === undefined ? '' : String(startingDeadlineSeconds),
});

/** Content of the fields for the task of a job. */
export type TaskDraft = EnvDraft & {
  readonly command: string;
  readonly resources: ResourceTexts;
  readonly timeout: string;
};

/** Empty fields for the task of a job. */
export const NEW_TASK: TaskDraft = { command: '', resources: {}, env: '', otherEnv: [], timeout: '' };

/** Fields of a job or a run. Empty ones are left out, so that those of the app apply. */
export const taskBody = ({ command, resources, timeout, ...variables }: TaskDraft) => ({
  ...nonBlank({ command, timeout: timeout.trim() }),
  ...envBody(variables),
  ...resourcesOf(resources),
});

/** Content of the form that changes a job. */
export type JobDraft = PolicyDraft & TaskDraft & { readonly app: string; readonly expectWithin: string };

/** Fills the form that changes a job. */
export const jobDraftOf = ({
  app = '',
  command = '',
  resources = {},
  env = [],
  timeout = '',
  expectWithin = '',
  ...policies
}: Job): JobDraft => ({
  ...{ app, command, resources, timeout, expectWithin },
  ...envDraftOf(env),
  ...policyDraftOf(policies),
});

/** Value of a merge patch for a typed text; a blank one removes the field. */
const orNull = <T>(text: string, value: T): T | null => (text.trim() === '' ? null : value);

/** Merge patch of the fields that were edited, so that what others changed meanwhile stays; empty where none was. */
export function jobPatchOf(before: JobDraft, after: JobDraft): Readonly<Record<string, unknown>> {
  const resources = Object.fromEntries(
    (['memory', 'disk', 'cpu'] as const).flatMap((kind) => {
      const text = (after.resources[kind] ?? '').trim();
      return text === (before.resources[kind] ?? '') ? [] : [[kind, orNull(text, text)]];
    }),
  );
  const { app, command, env, timeout, concurrencyPolicy, startingDeadlineSeconds, expectWithin } = after;
  const seconds = startingDeadlineSeconds.trim();
  return {
    ...(app === before.app ? {} : { app }),
    ...(command === before.command ? {} : { command: orNull(command, command) }),
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
    ...(env === before.env ? {} : { env: envBody(after).env ?? null }),
    ...(timeout.trim() === before.timeout ? {} : { timeout: orNull(timeout, timeout.trim()) }),
    ...(concurrencyPolicy === before.concurrencyPolicy ? {} : { concurrencyPolicy }),
    ...(seconds === before.startingDeadlineSeconds
      ? {}
      : { startingDeadlineSeconds: orNull(seconds, numberIn(seconds)) }),
    ...(expectWithin.trim() === before.expectWithin
      ? {}
      : { expectWithin: orNull(expectWithin, expectWithin.trim()) }),
  };
}

/** Schedule of a request; the default time zone is UTC. */
export const scheduleBody = ({ cron, at, timeZone }: ScheduleDraft) => ({
  ...nonBlank({ cron: cron.trim(), at: at.trim() }),
  timeZone: timeZone.trim() === '' ? 'UTC' : timeZone.trim(),
});
