import { isRecord } from './object.ts';
import { type Field, MESSAGES, type Message } from './protobuf-messages.ts';
import { badRequest, unsupportedMediaType } from './status.ts';

/** Prefix of Kubernetes' protobuf encoding, followed by a `runtime.Unknown` with the object in field 2. */
const MAGIC = Buffer.from('k8s\0');

type Value = { readonly number: number; readonly value: Buffer | number };

/**
 * Parses the objects that kubectl always sends as protobuf: those of its `create` commands and of `auth`. Throws 415 for a
 * kind that {@link MESSAGES} lacks.
 */
export function parseProtobuf(body: Buffer): unknown {
  if (!body.subarray(0, 4).equals(MAGIC)) throw badRequest('the body is not protobuf of Kubernetes');
  const { typeMeta, raw } = objectOf(UNKNOWN, body.subarray(4));
  const { apiVersion, kind } = isRecord(typeMeta) ? typeMeta : {};
  const message = MESSAGES[String(kind)];
  if (message === undefined || !Buffer.isBuffer(raw)) throw unsupportedMediaType(['application/json']);
  return { apiVersion, kind, ...objectOf(message, raw) };
}

const UNKNOWN: Message = {
  1: ['typeMeta', { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] }],
  2: ['raw', 'bytes'],
};

/** Object of a message. Unknown fields are ignored; an empty text is absent, since Go writes absent ones so. */
function objectOf(message: Message, bytes: Buffer): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { number, value } of fieldsOf(bytes)) {
    const [name, field] = message[number] ?? [];
    if (name === undefined || field === undefined) continue;
    const found = decoded(field, value);
    if (isList(field)) object[name] = [...asList(object[name]), found];
    else if (isMap(field))
      object[name] = { ...(isRecord(object[name]) ? object[name] : {}), ...asRecord(found) };
    else if (found !== '') object[name] = found;
  }
  return object;
}

const isList = (field: Field): boolean => Array.isArray(field);
const isMap = (field: Field): boolean => field === 'texts' || field === 'base64s';
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asRecord = (value: unknown) => (isRecord(value) ? value : {});

function decoded(field: Field, value: Buffer | number): unknown {
  if (typeof value === 'number') return field === 'boolean' ? value === 1 : value;
  if (isListField(field)) return decoded(field[0], value);
  switch (field) {
    case 'text':
      return value.toString();
    case 'bytes':
      return value;
    case 'texts':
    case 'base64s':
      return entryOf(value, field === 'texts' ? 'utf8' : 'base64');
    case 'number':
    case 'boolean':
      throw badRequest('the protobuf has a text in place of a number');
    default:
      return objectOf(field, value);
  }
}

const isListField = (field: Field): field is readonly [Field] => Array.isArray(field);

/** Entry of a map: key in field 1, value in field 2. */
function entryOf(bytes: Buffer, encoding: 'utf8' | 'base64') {
  const { key = '', value } = objectOf({ 1: ['key', 'text'], 2: ['value', 'bytes'] }, bytes);
  return { [String(key)]: Buffer.isBuffer(value) ? value.toString(encoding) : '' };
}

/** Fields of a message with the two wire types of these objects, length-delimited and varint, in their order. */
function fieldsOf(bytes: Buffer): Value[] {
  const fields: Value[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at];
      if (byte === undefined) throw badRequest('the protobuf ends too early');
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const value = varint();
    const isBytes = (tag & 7) === 2;
    if (isBytes && at + value > bytes.length) throw badRequest('the protobuf ends too early');
    fields.push({ number: tag >> 3, value: isBytes ? bytes.subarray(at, at + value) : value });
    if (isBytes) at += value;
  }
  return fields;
}
