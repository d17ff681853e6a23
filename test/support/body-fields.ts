import { readFile } from 'node:fs/promises';

/** Field of a body: `services[].tags`, and whether the document has it as a list. The body itself is ''. */
export type BodyField = { readonly path: string; readonly isList: boolean };

type Schema = {
  readonly $ref?: string;
  readonly type?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
};

/** Fields of the bodies of each route, as docs/openapi.json has them; the document is made of the schemas themselves. */
export async function bodyFields(): Promise<ReadonlyMap<string, readonly BodyField[]>> {
  const document = JSON.parse(await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
  const fieldsIn = (schema: Schema, path: string): BodyField[] => {
    const name = schema.$ref?.split('/').at(-1);
    if (name !== undefined) return fieldsIn(document.components.schemas[name], path);
    return [
      { path, isList: schema.type === 'array' },
      ...(schema.items === undefined ? [] : fieldsIn(schema.items, `${path}[]`)),
      ...Object.entries(schema.properties ?? {}).flatMap(([field, inner]) =>
        fieldsIn(inner, path === '' ? field : `${path}.${field}`),
      ),
    ];
  };
  const routes = Object.entries<
    Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>
  >(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      return schema === undefined ? [] : [[`${method.toUpperCase()} ${path}`, fieldsIn(schema, '')] as const];
    }),
  );
  return new Map(routes);
}

/** A body that has nothing but `value` at a field: `{"services":[{"tags":VALUE}]}`. */
export function bodyWith(path: string, value: unknown): unknown {
  const parts = path.match(/[^.[\]]+|\[\]/g) ?? [];
  return parts.reduceRight<unknown>((inner, part) => (part === '[]' ? [inner] : { [part]: inner }), value);
}
