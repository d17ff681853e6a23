import { badRequest, unsupportedMediaType } from './status.ts';

/** Prefix of Kubernetes' protobuf encoding, followed by a `runtime.Unknown` with the object in field 2. */
const MAGIC = Buffer.from('k8s\0');

type Fields = ReadonlyMap<number, Buffer | number>;

/**
 * Parses the two objects that kubectl always sends as protobuf: a TokenRequest (`create token`;
 * `spec.expirationSeconds`) and a Namespace (`create namespace`; `metadata.name`). Field numbers are those of
 * generated.proto in k8s.io/api. Throws 415 for any other kind.
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

/** Fields of a message with the two wire types of these objects, length-delimited and varint. */
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
