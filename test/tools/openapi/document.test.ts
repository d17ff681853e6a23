import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readServerless } from '../../../local/cloudformation/serverless.ts';
import { documentOf } from '../../../tools/openapi/document.ts';
import { ENDPOINTS } from '../../../tools/openapi/endpoints.ts';
import { mistakesIn, openApi, operations, outsideDocument, responseOf } from '../../support/openapi.ts';

const root = new URL('../../../', import.meta.url);

describe('the OpenAPI document', () => {
  it('is that of the schemas; else run "npm run openapi"', async () => {
    const text = await readFile(new URL('docs/openapi.json', root), 'utf8');
    expect(text).toBe(`${JSON.stringify(await documentOf(ENDPOINTS), undefined, 2)}\n`);
  });

  it('has every route of serverless.yml and no other', async () => {
    const { functions } = await readServerless(new URL('serverless.yml', root).pathname);
    const routes = functions.flatMap(({ routes }) => routes);
    expect(operations.map(({ routeKey }) => routeKey).toSorted()).toEqual(routes.toSorted());
    expect(new Set(operations.map(({ target }) => target.operationId)).size).toBe(operations.length);
  });

  it.each(operations)('has examples for $routeKey that its schemas take', ({ target }) => {
    const media = Object.values(target.requestBody?.content ?? {});
    const answers = Object.keys(target.responses).flatMap((status) =>
      Object.values(responseOf(target, Number(status))?.content ?? {}),
    );
    const parameters = target.parameters.filter(({ example }) => example !== undefined);
    for (const { example } of [...media, ...answers]) expect(example).toBeDefined();
    const mistakes = [...media, ...answers, ...parameters].flatMap(({ schema, example }) =>
      mistakesIn(schema, example),
    );
    expect(mistakes).toEqual([]);
  });

  it.each([
    ['EnvVar', ['name', 'value', 'valueFrom']],
    ['ValueFrom', ['secretKeyRef', 'configMapKeyRef', 'fieldRef']],
    ['Resources', ['cpu', 'memory', 'disk']],
  ])('tells the fields of %s, and that there are no others', (name, fields) => {
    const { schemas } = openApi.components;
    const found: unknown = Object.entries(schemas).find(([key]) => key === name)?.[1];
    expect(found).toMatchObject({ type: 'object', additionalProperties: false });
    expect(Object.keys(Object(found).properties)).toEqual(fields);
  });

  it('refers to nothing that is not there', () => {
    const refs = [...JSON.stringify(openApi).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
    const parts: Readonly<Record<string, object>> = openApi.components;
    const lost = refs.filter(([, kind = '', name = '']) => !(name in (parts[kind] ?? {})));
    expect(lost).toEqual([]);
  });
});

describe('an answer outside the document', () => {
  const path = '/v1/spaces/team-a/suspended';
  const headers = { 'content-type': 'application/json' };
  it.each([
    ['another status', { status: 418, headers, body: '{}' }, 'a status that is not in the document'],
    [
      'another type',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '' },
      'the type text/html',
    ],
    ['a field too many', { status: 200, headers, body: '{"jobs":[],"more":1}' }, 'additional properties'],
    ['a field too few', { status: 200, headers, body: '{}' }, "required property 'jobs'"],
  ])('is found: %s', (_, answer, mistake) => {
    expect(outsideDocument({ method: 'PUT', path, ...answer })).toEqual([expect.stringContaining(mistake)]);
  });

  it('is none of those that are in it', () => {
    const body = '{"jobs":["report"]}';
    expect(outsideDocument({ method: 'PUT', path, status: 200, headers, body })).toEqual([]);
  });
});
