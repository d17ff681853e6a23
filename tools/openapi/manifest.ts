import { ATTRIBUTES } from '../../cli/manifest-attributes.ts';
import { JOB_ATTRIBUTES } from '../../cli/manifest-jobs.ts';
import type { JsonSchema } from './shared.ts';

/** A value is the text as written, so YAML's numbers, flags and null are values too. */
const TEXT: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] };

/** Variable of a manifest in place of any value. */
const VARIABLE: JsonSchema = { type: 'string', pattern: '\\(\\(.+\\)\\)' };

const orVariable = (...schemas: readonly JsonSchema[]): JsonSchema => ({
  anyOf: [...schemas, { type: 'null' }, VARIABLE],
});
const listOf = (items: JsonSchema): JsonSchema => orVariable({ type: 'array', items });
const mapOf = (additionalProperties: JsonSchema): JsonSchema =>
  orVariable({ type: 'object', additionalProperties });

/** Variables: a text, or the reference of a value, as Kubernetes has it. */
const ENV = mapOf(
  orVariable(TEXT, {
    type: 'object',
    properties: { secretKeyRef: mapOf(TEXT), configMapKeyRef: mapOf(TEXT), fieldRef: mapOf(TEXT) },
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  }),
);

/** Schemas of the attributes of an app that are more than a text. */
const SHAPES: Readonly<Record<string, (fields: JsonSchema) => JsonSchema>> = {
  env: () => ENV,
  'node-selector': () => mapOf(TEXT),
  tolerations: () => listOf(TEXT),
  entrypoint: () => orVariable(TEXT, { type: 'array', items: TEXT }),
  args: () => orVariable(TEXT, { type: 'array', items: TEXT }),
  docker: (fields) => orVariable(fields),
  services: (fields) => listOf(orVariable(TEXT, fields)),
  processes: (fields) => listOf(orVariable(fields)),
  jobs: () => listOf(JOB),
};

const JOB_SHAPES: Readonly<Record<string, JsonSchema>> = {
  env: ENV,
  'concurrency-policy': orVariable({ enum: ['Always', 'Allow', 'Forbid', 'Replace'] }),
  'starting-deadline': orVariable({ type: 'integer', minimum: 0 }, { type: 'string' }),
  suspend: orVariable({ type: 'boolean' }, { enum: ['true', 'false'] }),
  trigger: orVariable({
    type: 'object',
    properties: {
      bus: orVariable({ enum: ['default', 'service'] }),
      pattern: orVariable({ type: 'object' }),
    },
    required: ['pattern'],
    additionalProperties: false,
  }),
};

/** Descriptions of the attributes of a job. */
const JOB_TEXTS: Readonly<Record<string, string>> = {
  name: 'Name of the job.',
  command: "Command (default: the app's).",
  schedule: 'Five fields of unix cron, or @daily and the like; H is a value of the job’s own.',
  at: 'Date and time of its one run, such as 2026-12-24 02:00, in place of schedule.',
  'time-zone': 'Time zone of schedule or at (default: UTC).',
  env: 'Environment, merged over that of the app by name.',
  memory: "Memory limit (default: the app's).",
  'disk-quota': "Disk limit (default: the app's).",
  cpu: "CPU cores (default: the app's).",
  timeout: "Longest time of a task, such as 20m (default: the app's).",
  'expect-within': 'Longest time without a success, such as 26h; then the job is silent.',
  'concurrency-policy': 'Always starts a run beside another, Forbid queues it, Replace cancels the other.',
  'starting-deadline': 'Seconds after which a run that was missed is not started.',
  suspend: 'True if schedule and trigger are suspended. Absent: it stays as it is.',
  trigger: 'Events that each start a task: a bus and a pattern of EventBridge.',
};

/** Properties under both spellings of their names: `time-zone` and `time_zone`. */
const spelled = (properties: Readonly<Record<string, JsonSchema>>): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) =>
      [...new Set([name, name.replaceAll('-', '_')])].map((spelling) => [spelling, schema]),
    ),
  );

const JOB: JsonSchema = {
  type: 'object',
  properties: spelled(
    Object.fromEntries(
      JOB_ATTRIBUTES.map((name) => [name, { description: JOB_TEXTS[name], ...(JOB_SHAPES[name] ?? TEXT) }]),
    ),
  ),
  required: ['name'],
  additionalProperties: false,
};

/** Attributes below `path`; `''`: those of an app. Others are ignored with a warning, and so allowed. */
function fieldsUnder(path: string): JsonSchema {
  const own = [...ATTRIBUTES].filter(
    ([key]) => key.startsWith(path) && !key.slice(path.length).includes('.') && key.length > path.length,
  );
  const properties = own.map(([key, [use, meaning]]): [string, JsonSchema] => {
    const name = key.slice(path.length);
    if (use === 'refused') return [name, { not: {}, description: `Not supported: ${meaning}.` }];
    if (use === 'ignored') return [name, { deprecated: true, description: `Ignored: ${meaning}.` }];
    const shape = path === '' || name === 'env' ? SHAPES[name] : undefined;
    return [name, { description: sentence(meaning), ...(shape?.(fieldsUnder(`${key}.`)) ?? TEXT) }];
  });
  return { type: 'object', properties: spelled(Object.fromEntries(properties)) };
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** JSON Schema of a manifest with jobs, for editors. The command line itself says more of what is wrong, with its line. */
export const manifestSchema = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Manifest of Cloud Foundry with the jobs of Taskbridge',
  type: 'object',
  properties: { applications: { type: 'array', minItems: 1, items: fieldsUnder('') } },
  required: ['applications'],
});
