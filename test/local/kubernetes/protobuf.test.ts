import { describe, expect, it } from '@jest/globals';
import { parseProtobuf } from '../../../local/kubernetes/protobuf.ts';

/** Bodies that kubectl 1.34 sends. */
const NAMESPACE =
  '6b3873000a0f0a02763112094e616d657370616365121f0a170a0764656661756c7412001a0022002a0032003800420012001a020a001a002200';
const TOKEN_OF_20_MINUTES =
  '6b3873000a280a1861757468656e7469636174696f6e2e6b38732e696f2f7631120c546f6b656e52657175657374121d0a100a0012001a0022002a00320038004200120320b0091a040a0012001a002200';
const CONFIG_MAP =
  '6b3873000a0f0a0276311209436f6e6669674d6170121d0a110a016312001a0022002a0032003800420012080a01611203ed959c1a002200';
const ROLE_BINDING =
  '6b3873000a2b0a1c726261632e617574686f72697a6174696f6e2e6b38732e696f2f7631120b526f6c6542696e64696e6712540a120a02726212001a0022002a0032003800420012180a0e536572766963654163636f756e7412001a01622201611a240a19726261632e617574686f72697a6174696f6e2e6b38732e696f1204526f6c651a01721a002200';
const ACCESS_REVIEW =
  '6b3873000a320a17617574686f72697a6174696f6e2e6b38732e696f2f7631121753656c665375626a656374416363657373526576696577123f0a100a0012001a0022002a0032003800420012210a1f0a0764656661756c7412036765741a0022002a04706f647332003a036c6f671a08080012001a0020001a002200';

const RBAC = 'rbac.authorization.k8s.io';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('parseProtobuf', () => {
  it.each([
    ['create namespace', NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }],
    [
      'create configmap',
      CONFIG_MAP,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '한' } },
    ],
    [
      'create rolebinding --serviceaccount',
      ROLE_BINDING,
      {
        ...{ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata: { name: 'rb' } },
        subjects: [{ kind: 'ServiceAccount', name: 'b', namespace: 'a' }],
        roleRef: { apiGroup: RBAC, kind: 'Role', name: 'r' },
      },
    ],
    [
      'create token --duration 20m',
      TOKEN_OF_20_MINUTES,
      {
        ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: {} },
        spec: { expirationSeconds: 1200 },
      },
    ],
    [
      // Its third word is taken for a name, so the path after the slash is one.
      'auth can-i get pods/log',
      ACCESS_REVIEW,
      {
        ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {} },
        spec: { resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods', name: 'log' } },
      },
    ],
  ])('reads what kubectl %s sends', (_, hex, object) => {
    expect(parseProtobuf(bytes(hex))).toEqual(object);
  });

  it.each([
    ['no protobuf of Kubernetes', Buffer.from('{}'), 'not protobuf'],
    ['another kind', Buffer.from('6b3873000a080a0276311202506f', 'hex'), 'accepted media types'],
    ['a body that is cut', bytes(NAMESPACE).subarray(0, 5), 'ends too early'],
  ])('rejects %s', (_, body, message) => {
    expect(() => parseProtobuf(body)).toThrow(message);
  });
});
