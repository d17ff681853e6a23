import { describe, expect, it } from '@jest/globals';
import { parseProtobuf } from '../../../local/kubernetes/protobuf.ts';

/** Bodies that kubectl 1.32 sent. */
const NAMESPACE =
  '6b3873000a0f0a02763112094e616d657370616365121f0a170a0764656661756c7412001a0022002a0032003800420012001a020a001a002200';
const TOKEN_OF_20_MINUTES =
  '6b3873000a280a1861757468656e7469636174696f6e2e6b38732e696f2f7631120c546f6b656e52657175657374121d0a100a0012001a0022002a00320038004200120320b0091a040a0012001a002200';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('parseProtobuf', () => {
  it('reads what kubectl create namespace sends', () => {
    expect(parseProtobuf(bytes(NAMESPACE))).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'default' },
    });
  });

  it('reads what kubectl create token --duration 20m sends', () => {
    expect(parseProtobuf(bytes(TOKEN_OF_20_MINUTES))).toEqual({ spec: { expirationSeconds: 1200 } });
  });

  it.each([
    ['no protobuf of Kubernetes', Buffer.from('{}'), 'not protobuf'],
    ['another kind', Buffer.from('6b3873000a080a0276311202506f', 'hex'), 'accepted media types'],
    ['a body that is cut', bytes(NAMESPACE).subarray(0, 5), 'ends too early'],
  ])('rejects %s', (_, body, message) => {
    expect(() => parseProtobuf(body)).toThrow(message);
  });
});
