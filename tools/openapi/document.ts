import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { Endpoint } from '../../lib/http/endpoint.ts';
import { IdempotencyKey } from '../../lib/tasks/run.ts';
import manifest from '../../package.json' with { type: 'json' };
import { EVENT_PATTERN_FIELDS } from './event-pattern.ts';
import { EVENTS } from './events.ts';
import { EXAMPLES } from './examples.ts';
import { bareSchemaOf, jsonSchemaOf, refTo } from './json-schema.ts';
import { type Operation, STARTED } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { FAILURES, failuresOf } from './problems.ts';
import { ANSWERS } from './responses.ts';
import { type JsonSchema, SHARED } from './shared.ts';

const ABOUT = `Runs the tasks and scheduled jobs of Cloud Foundry-style apps on Kubernetes. An **app** is the \
template that tasks run on; a **task** is one run of a command; a **job** is a task that runs repeatedly, on request, on a \
schedule or on events. A **space** is a namespace that is open to Taskbridge.

Unknown fields are rejected. Errors are RFC 9457 problem details.`;

const TAGS: Readonly<Record<Operation['tag'], string>> = {
  Spaces: 'Namespaces that are open to Taskbridge.',
  Apps: 'Templates that tasks run on, with their sources and builds.',
  Tasks: 'Runs of a command, and their logs.',
  Jobs: 'Tasks that run repeatedly, with their schedules and triggers.',
};

type Endpoints = Readonly<Record<string, Pick<Endpoint<never>, 'schemas'>>>;

/** The OpenAPI 3.1 document of these endpoints. Throws when a route is missing in `operations.ts`. */
export async function documentOf(endpoints: Endpoints): Promise<JsonSchema> {
  const undocumented = Object.keys(endpoints).filter((route) => !(route in OPERATIONS));
  if (undocumented.length > 0)
    throw new Error(`tools/openapi/operations.ts has no ${undocumented.join(', ')}.`);
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [route, operation] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = route.split(' ');
    const endpoint = endpoints[route];
    if (endpoint === undefined) throw new Error(`No function answers ${route}.`);
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: await operationOf(method, operation, endpoint.schemas),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Taskbridge',
      version: manifest.version,
      description: ABOUT,
      contact: { name: 'The operator of the stage' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ sigv4: [] }, { bearer: [] }],
    paths,
    components: {
      schemas: requestAndAnswerSchemas(),
      responses: FAILURES,
      securitySchemes: SECURITY,
    },
  };
}

/** The schemas of events have documents of their own, docs/events/. */
export const componentSchemas = (): Readonly<Record<string, JsonSchema>> => ({
  ...requestAndAnswerSchemas(),
  ...EVENTS,
});

const requestAndAnswerSchemas = (): Readonly<Record<string, JsonSchema>> => ({
  ...sharedSchemas(),
  EventPatternFields: EVENT_PATTERN_FIELDS,
  ...ANSWERS,
});

const SECURITY = {
  sigv4: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    'x-amazon-apigateway-authtype': 'awsSigv4',
    description:
      'AWS Signature Version 4 for the service execute-api: IAM policies decide who may use which space.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token with a claim `spaces`: the spaces that the caller may use.',
  },
};

const sharedSchemas = () =>
  Object.fromEntries(
    SHARED.map(({ schema, name, facts, whole }) => [
      name,
      { ...(whole === true ? {} : bareSchemaOf(schema, facts !== undefined)), ...facts },
    ]),
  );

const Sample = v.object({
  body: v.optional(v.string()),
  pathParameters: v.optional(v.record(v.string(), v.string()), {}),
  queryStringParameters: v.optional(v.record(v.string(), v.string()), {}),
});
type Sample = v.InferOutput<typeof Sample>;

async function sampleOf(name: string): Promise<Sample> {
  const file = new URL(`../../events/${name}.json`, import.meta.url);
  return v.parse(Sample, JSON.parse(await readFile(file, 'utf8')));
}

async function operationOf(
  method: string,
  operation: Operation,
  { path, query, body }: Endpoint<never>['schemas'],
) {
  const sample = await sampleOf(operation.sample);
  const requestBody = bodyOf(method, body, sample);
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.more,
    parameters: [
      ...parametersOf('path', bareSchemaOf(path), sample.pathParameters),
      ...parametersOf('query', bareSchemaOf(query), sample.queryStringParameters),
      ...(operation.repeatable === true ? [IDEMPOTENCY_KEY] : []),
      ...(operation.answers === STARTED ? TRACE : []),
    ],
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: { ...answersOf(operation), ...failuresOf(operation.problems ?? []) },
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A repeat under the same key returns the same task or job, for as long as that is kept.',
  schema: jsonSchemaOf(IdempotencyKey),
};

/** Headers of W3C, of which a malformed one is ignored. */
const TRACE = [
  ['traceparent', 'Trace context of W3C, which the task continues. Without a valid one it has a new trace.'],
  ['tracestate', 'Belongs to traceparent.'],
].map(([name, description]) => ({ name, in: 'header', description, schema: { type: 'string' } }));

const Fields = v.object({
  properties: v.record(
    v.string(),
    v.custom<JsonSchema>((found) => typeof found === 'object'),
  ),
});

/** A parameter's text as the JSON that its schema has. */
const exampleOf = (schema: JsonSchema, text: string) => (schema.type === 'integer' ? Number(text) : text);

const parametersOf = (
  place: 'path' | 'query',
  object: JsonSchema,
  sample: Readonly<Record<string, string>>,
) =>
  Object.entries(v.parse(Fields, object).properties).map(([name, schema]) => {
    const text = sample[name];
    return {
      name,
      in: place,
      ...(place === 'path' ? { required: true } : {}),
      schema,
      ...(text === undefined ? {} : { example: exampleOf(schema, text) }),
    };
  });

/** A body whose fields are all optional may be left out. A PATCH is a JSON merge patch, under both of its content types. */
function bodyOf(method: string, body: v.GenericSchema, sample: Sample) {
  const bare = bareSchemaOf(body);
  if (Object.keys(v.parse(Fields, bare).properties).length === 0) return undefined;
  const example = sample.body === undefined ? {} : { example: JSON.parse(sample.body) };
  const content = { schema: jsonSchemaOf(body), ...example };
  return {
    required: 'required' in bare || 'oneOf' in bare || 'minProperties' in bare,
    content: {
      'application/json': content,
      ...(method === 'PATCH' ? { 'application/merge-patch+json': content } : {}),
    },
  };
}

const LOCATION = { Location: { description: 'Path of what was made.', schema: { type: 'string' } } };

const answersOf = ({ answers, location }: Operation) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, [description, schema]]) => [
      status,
      {
        description,
        ...(location === true ? { headers: LOCATION } : {}),
        ...(schema === undefined
          ? {}
          : { content: { 'application/json': { schema: refTo(schema), example: EXAMPLES[schema] } } }),
      },
    ]),
  );
