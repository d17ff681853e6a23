import fc from 'fast-check';
import { problemOfPattern } from '../../../lib/events/pattern.ts';
import type { Endpoint } from '../../../lib/http/endpoint.ts';
import { jsonBody } from '../../../lib/http/request.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { parse } from '../../../lib/platform/schema.ts';
import { IdempotencyKey } from '../../../lib/tasks/run.ts';
import { startCommandOf } from '../../../lib/tasks/spec.ts';
import { isRecord } from '../../../local/kubernetes/object.ts';
import { ENDPOINTS } from '../../../tools/openapi/endpoints.ts';
import { mangled, odd } from '../../faults/harness/fuzz.ts';
import { valuesOf } from '../../faults/harness/shapes.ts';
import { appOf } from '../memory-ports.ts';
import { mistakesIn, operations } from '../openapi.ts';
import { EDGES } from './edges.ts';

/** A part of a request: its schema in the OpenAPI document, and what the code says of a value. */
export type Part = {
  readonly name: string;
  readonly schema: object;
  readonly values: fc.Arbitrary<unknown>;
  /** Messages of the parser and of the checks that need no object of the cluster; empty for a valid value. */
  readonly problems: (value: unknown) => readonly string[];
};

const endpoints: Readonly<Record<string, Pick<Endpoint<never>, 'schemas'>>> = ENDPOINTS;

/** Problems of checks behind the parser, which look at the request alone. */
function problemsBeyond(body: unknown): readonly string[] {
  if (!isRecord(body)) return [];
  const jobs = Array.isArray(body.jobs) ? body.jobs.filter(isRecord) : [];
  const triggers = [body, body.trigger, ...jobs.map(({ trigger }) => trigger)].filter(isRecord);
  const limits = { sources: ['*'], own: 'taskbridge.test', space: 'team-a' };
  const ofPatterns = triggers.flatMap(({ pattern }) =>
    isRecord(pattern) ? (problemOfPattern(pattern, limits)?.message ?? []) : [],
  );
  return [...ofPatterns, ...problemsOfStart(body)];
}

function problemsOfStart({ command, process }: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof command !== 'string' || typeof process !== 'string') return [];
  return thrownBy(() => startCommandOf(appOf('billing'), { command, process }));
}

function thrownBy(run: () => unknown): readonly string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.fields.length === 0 ? [error.message] : error.fields.map(({ message }) => message);
  }
}

/** Request bodies, parameters and the idempotency key, each schema once. */
export const PARTS: readonly Part[] = operations.flatMap(({ routeKey, target }): Part[] => {
  const schemas = endpoints[routeKey]?.schemas;
  if (schemas === undefined) throw new Error(`No endpoint for ${routeKey}.`);
  const body = target.requestBody?.content['application/json']?.schema;
  const ofBody = body === undefined ? [] : [bodyOf(routeKey, body, schemas)];
  return [...ofBody, ...parametersOf(routeKey, target.parameters, schemas)];
});

function bodyOf(routeKey: string, schema: object, { body }: Pick<Endpoint<never>['schemas'], 'body'>): Part {
  return {
    name: `${routeKey} body`,
    schema,
    values: valuesOf(schema, EDGES).chain((value) =>
      fc.oneof(
        fc.constant(value),
        mangled(value).filter((it) => it !== undefined),
      ),
    ),
    problems: (value) => {
      const text = JSON.stringify(value);
      const read: unknown[] = [];
      const unread = thrownBy(() => read.push(jsonBody(text, false)));
      if (unread.length > 0) return unread;
      const parsed = parse(body, read[0], 'body');
      return parsed.ok ? problemsBeyond(read[0]) : parsed.errors.map(({ message }) => message);
    },
  };
}

function parametersOf(
  routeKey: string,
  parameters: (typeof operations)[number]['target']['parameters'],
  { path, query }: Pick<Endpoint<never>['schemas'], 'path' | 'query'>,
): Part[] {
  // A malformed header of W3C is ignored: any text is valid.
  const checked = parameters.filter(({ name }) => !name.startsWith('trace'));
  return checked.map(({ name, schema }) => {
    const isNumber = isRecord(schema) && schema.type === 'integer';
    const others: fc.Arbitrary<unknown> = isNumber
      ? fc.oneof(
          fc.integer(),
          fc.constantFrom<unknown>(0, 1, 100, 101, 500, 501, 100_000, 100_001, 1.5, 1e21),
        )
      : fc.oneof(
          fc.string({ minLength: 1, maxLength: 9 }),
          odd.filter((value) => typeof value === 'string'),
        );
    const inPath = routeKey.includes(`{${name}}`);
    return {
      name: `${routeKey} ${name}`,
      schema,
      values: fc.oneof(valuesOf(schema, EDGES), others),
      problems: (value) => {
        const parsed =
          name === 'Idempotency-Key'
            ? parse(IdempotencyKey, value, name)
            : parse(
                inPath ? path : query,
                { ...(inPath ? PLAIN_PATH(routeKey) : {}), [name]: String(value) },
                name,
              );
        return parsed.ok ? [] : parsed.errors.map(({ message }) => message);
      },
    };
  });
}

const PLAIN_PATH = (routeKey: string) =>
  Object.fromEntries([...routeKey.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, 'a']));

export const partOf = (name: string): Part => {
  const part = PARTS.find((one) => one.name === name);
  if (part === undefined) throw new Error(`No part of a request is called "${name}".`);
  return part;
};

export type Difference = { readonly name: string; readonly value: unknown; readonly why: string };

/** Difference between the document and the code about a value; `known` matches messages that the document can't express. */
export function differenceAt(
  { name, schema, problems }: Part,
  value: unknown,
  known: readonly RegExp[],
): Difference | undefined {
  const mistakes = mistakesIn(schema, value);
  const found = problems(value);
  if (mistakes.length > 0)
    return found.length > 0
      ? undefined
      : { name, value, why: `only the document refuses: ${mistakes.join('; ')}` };
  const unknown = found.filter((message) => !known.some((pattern) => pattern.test(message)));
  return unknown.length === 0
    ? undefined
    : { name, value, why: `only the code refuses: ${unknown.join('; ')}` };
}
