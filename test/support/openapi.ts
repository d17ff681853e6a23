import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { GatewayResponse } from '../../local/gateway/gateway.ts';
import { matchRoute } from '../../local/gateway/routes.ts';

type Media = Readonly<Record<string, { readonly schema: object; readonly example?: unknown }>>;
type Response = { readonly content?: Media; readonly headers?: Readonly<Record<string, unknown>> };
type Operation = {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Media };
  readonly parameters: readonly {
    readonly name: string;
    readonly schema: object;
    readonly example?: unknown;
  }[];
  readonly responses: Readonly<Record<string, Response & { readonly $ref?: string }>>;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object; readonly responses: Readonly<Record<string, Response>> };
};

const FILE = new URL('../../docs/openapi.json', import.meta.url);

/** The OpenAPI document that is checked in. */
export const openApi = JSON.parse(readFileSync(FILE, 'utf8')) as Document;

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  // Floating point: 0.009 is a multiple of 0.001.
  multipleOfPrecision: 9,
  formats: { 'date-time': DATE_TIME, uri: (text: string) => URL.canParse(text) },
});
ajv.addSchema({ $id: 'openapi', components: openApi.components });

const validators = new Map<object, ValidateFunction>();

/** Violations of a schema by a value, with JSON paths; empty if there are none. */
export function mistakesIn(schema: object, value: unknown): string[] {
  const found =
    validators.get(schema) ?? ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')));
  validators.set(schema, found);
  if (found(value)) return [];
  return (found.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}

/** Every operation with its route, as serverless.yml writes it. */
export const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, target]) => ({
    routeKey: `${method.toUpperCase()} ${path}`,
    target,
  })),
);

export const responseOf = ({ responses }: Operation, status: number): Response | undefined => {
  const found = responses[status];
  return found?.$ref === undefined ? found : openApi.components.responses[found.$ref.split('/').at(-1) ?? ''];
};

/** Parts of a response that the OpenAPI document does not allow: status, content type, headers, body. */
export function outsideDocument({ method, path, status, headers, body }: GatewayResponse): string[] {
  const operation = matchRoute(operations, method, path)?.target;
  // No function is asked where no route fits: the gateway says so itself.
  if (operation === undefined) return status === 404 ? [] : [`${method} ${path}: ${status} without a route`];
  return mistakesOf(operation, { status, headers, body }).map(
    (mistake) =>
      `${method} ${path} (${operation.operationId}) answered ${status}: ${mistake}: ${body.slice(0, 500)}`,
  );
}

function mistakesOf(
  operation: Operation,
  { status, headers, body }: Pick<GatewayResponse, 'status' | 'headers' | 'body'>,
): string[] {
  const response = responseOf(operation, status);
  if (response === undefined) return ['a status that is not in the document'];
  const missing = Object.keys(response.headers ?? {}).filter(
    // The gateway's own answers have none.
    (name) => headers[name.toLowerCase()] === undefined && headers['content-type'] !== 'application/json',
  );
  if (response.content === undefined) return body === '' ? missing : ['a body where there is none'];
  const media = response.content[headers['content-type'] ?? ''];
  if (media === undefined) return [`the type ${headers['content-type']}`];
  return [...missing.map((name) => `no header ${name}`), ...mistakesIn(media.schema, JSON.parse(body))];
}
