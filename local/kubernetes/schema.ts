import { Ajv, type ErrorObject, type SchemaValidateFunction, type ValidateFunction } from 'ajv';
import { isRecord } from './object.ts';
import { type Cause, invalidValue, required, tooLong, unsupportedValue } from './status.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Validation errors of an object by a CRD's `openAPIV3Schema`, but for its CEL rules, in the API server's words. */
export function schemaCauses(schema: Schema, object: unknown): Cause[] {
  const validate = validators.get(schema) ?? compile(schema);
  validators.set(schema, validate);
  if (validate(object)) return [];
  const errors = validate.errors ?? [];
  // The API server does not match the pattern of a text that is too short or too long.
  const tried = errors.filter(
    ({ keyword, instancePath }) =>
      keyword !== 'pattern' ||
      !errors.some((other) => other.instancePath === instancePath && /^m..Length$/.test(other.keyword)),
  );
  return tried.flatMap(causesOf);
}

/** Reasons after which CEL rules are not evaluated. */
const BLOCKING = new Set([
  'FieldValueRequired',
  'FieldValueNotSupported',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** Additional cause if such errors kept the API server from evaluating a schema's CEL rules. */
export function uncheckedCauses(schema: Schema, causes: readonly Cause[]): Cause[] {
  if (!causes.some(({ reason }) => BLOCKING.has(reason))) return [];
  if (!JSON.stringify(schema).includes('"x-kubernetes-validations"')) return [];
  const message =
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
  return [invalidValue('<nil>', null, message)];
}

const validators = new WeakMap<Schema, ValidateFunction>();

/** Validators by the schema's JSON: clusters of one process have the same definitions. */
const compiled = new Map<string, ValidateFunction>();

function compile(schema: Schema): ValidateFunction {
  const text = JSON.stringify(schema);
  const validate = compiled.get(text) ?? ajv().compile(schema);
  compiled.set(text, validate);
  return validate;
}

let instance: Ajv | undefined;

function ajv(): Ajv {
  if (instance !== undefined) return instance;
  // Optimizing the code takes as long as compiling it, which each start of a cluster waits for.
  instance = new Ajv({ allErrors: true, strict: false, verbose: true, code: { optimize: false } });
  instance.addFormat(
    'date-time',
    (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)),
  );
  for (const format of ['int32', 'int64', 'double', 'byte']) instance.addFormat(format, true);
  instance.addKeyword({
    keyword: 'x-kubernetes-int-or-string',
    validate: (expected: boolean, data: unknown) =>
      !expected || typeof data === 'string' || Number.isInteger(data),
  });
  instance.addKeyword({ keyword: 'x-kubernetes-list-type', validate: uniqueItems, errors: true });
  return instance;
}

/** Uniqueness of values in a list of type `set`, and of keys in one of type `map`. */
const uniqueItems: SchemaValidateFunction = (type: unknown, data: unknown, parent: unknown) => {
  if (!Array.isArray(data) || type === 'atomic') return true;
  const keys = isRecord(parent) ? parent['x-kubernetes-list-map-keys'] : undefined;
  const idOf = (item: unknown) =>
    isRecord(item) && Array.isArray(keys)
      ? JSON.stringify(Object.fromEntries(keys.map((key) => [String(key), item[String(key)]])))
      : JSON.stringify(item);
  const ids = data.map(idOf);
  const twice = ids.flatMap((id, index) => (ids.indexOf(id) < index ? [{ index, id }] : []));
  uniqueItems.errors = twice.map((params) => ({ keyword: 'x-kubernetes-list-type', params }));
  return twice.length === 0;
};

/** Converts `/spec/env/0/name` to `spec.env[0].name`. */
function fieldOf(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
      '',
    );
}

function causesOf(error: ErrorObject): Cause[] {
  const field = fieldOf(error.instancePath);
  const limit = Number(error.params.limit);
  const body = (says: string) => [invalidValue(field, error.data, `${field} in body should ${says}`)];
  switch (error.keyword) {
    case 'required':
      return [required([field, error.params.missingProperty].filter((part) => part !== '').join('.'))];
    case 'type':
      return [wrongType(field, String(error.params.type), error.data)];
    case 'x-kubernetes-int-or-string':
      return [wrongType(field, 'integer,string', error.data)];
    case 'format':
      return [wrongType(field, String(error.params.format), error.data, String(error.data))];
    case 'enum':
      return [unsupportedValue(field, error.data, error.params.allowedValues)];
    case 'pattern':
      return body(`match '${error.params.pattern}'`);
    case 'minimum':
      return body(`be greater than or equal to ${limit}`);
    case 'maximum':
      return body(`be less than or equal to ${limit}`);
    case 'minLength':
      return body(`be at least ${limit} chars long`);
    case 'maxLength':
      return [tooLong(field, limit)];
    case 'minItems':
      return [invalidValue(field, 0, `${field} in body should have at least ${limit} items`)];
    case 'minProperties':
      return [invalidValue(field, 0, `${field} in body should have at least ${limit} properties`)];
    case 'maxItems':
    case 'maxProperties':
      return [tooMany(field, error.data, limit)];
    case 'x-kubernetes-list-type':
      return [duplicate(`${field}[${error.params.index}]`, String(error.params.id))];
    default:
      return [invalidValue(field, error.data, error.message ?? error.keyword)];
  }
}

function wrongType(field: string, expected: string, data: unknown, found = typeOf(data)): Cause {
  const message = `${field} in body must be of type ${expected}: "${found}"`;
  return { reason: 'FieldValueTypeInvalid', field, message: `Invalid value: "${found}": ${message}` };
}

const typeOf = (data: unknown): string =>
  Array.isArray(data) ? 'array' : data === null ? 'null' : Number.isInteger(data) ? 'integer' : typeof data;

function tooMany(field: string, data: unknown, limit: number): Cause {
  const size = Array.isArray(data) ? data.length : Object.keys(isRecord(data) ? data : {}).length;
  const items = limit === 1 ? 'item' : 'items';
  return {
    reason: 'FieldValueTooMany',
    field,
    message: `Too many: ${size}: must have at most ${limit} ${items}`,
  };
}

const duplicate = (field: string, value: string): Cause => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${value}`,
});
