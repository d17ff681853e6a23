import { badRequest, unsupportedMediaType } from './status.ts';

/** First bytes of every protobuf of Kubernetes; a `runtime.Unknown` with the object in its field 2 follows. */
const MAGIC = Buffer.from('k8s\0');

type Fields = ReadonlyMap<number, Buffer | number>;

/**
 * The two objects that kubectl sends as protobuf whatever the server says it takes: a TokenRequest (`create token`)
 * and a Namespace (`create namespace`), of these `spec.expirationSeconds` and `metadata.name`. Field numbers are those
 * of the generated.proto files of k8s.io/api. Throws 415 for every other kind.
 */
export function parseProtobuf(body: Buffer): unknown {
  if (!body.subarray(0, 4).equals(MAGIC)) throw badRequest('the body is not protobuf of Kubernetes');
  const unknown = fieldsOf(body.subarray(4));
  const object = message(unknown, 2);
  const kind = text(message(unknown, 1), 2);
  if (kind === 'Namespace')
    return { apiVersion: 'v1', kind, metadata: { name: text(message(object, 1), 1) } };
  if (kind !== 'TokenRequest') throw unsupportedMediaType(['application/json']);
  const seconds = message(object, 2).get(4);
  return { spec: typeof seconds === 'number' ? { expirationSeconds: seconds } : {} };
}

function message(fields: Fields, number: number): Fields {
  const value = fields.get(number);
  return Buffer.isBuffer(value) ? fieldsOf(value) : new Map();
}

function text(fields: Fields, number: number): string {
  const value = fields.get(number);
  return Buffer.isBuffer(value) ? value.toString() : '';
}

/** The fields of a message: lengths and numbers, the only wire types in these objects. */
function fieldsOf(bytes: Buffer): Fields {
  const fields = new Map<number, Buffer | number>();
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
    fields.set(tag >> 3, isBytes ? bytes.subarray(at, at + value) : value);
    if (isBytes) at += value;
  }
  return fields;
}
