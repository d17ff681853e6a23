import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { type Kubectl, printedBy } from '../support/kubectl.ts';
import { inNamespace } from './support/kubectl-namespace.ts';

const paths = (...found: readonly string[]) => found.map((path) => `[${path}]  []  [get]`);
const PUBLIC = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

/** Rows of `auth can-i --list` for a service account that may read pods, their logs and one Secret. */
const RIGHTS: readonly string[] = [
  'Resources  Non-Resource URLs  Resource Names  Verbs',
  ...['pods  []  []  [get]', 'pods/log  []  []  [get]', 'secrets  []  [a]  [get]'],
  'selfsubjectreviews.authentication.k8s.io  []  []  [create]',
  'selfsubjectaccessreviews.authorization.k8s.io  []  []  [create]',
  'selfsubjectrulesreviews.authorization.k8s.io  []  []  [create]',
  // Two roles have these.
  ...[...paths(...PUBLIC), ...paths(...PUBLIC)],
  ...paths('/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'),
  ...paths('/.well-known/openid-configuration', '/.well-known/openid-configuration/'),
  ...paths('/openid/v1/jwks', '/openid/v1/jwks/'),
];

/** `kubectl auth`: what the caller may do, and who it is. */
export const kubectlRights = (given: () => Kubectl): void => {
  const { kubectl, namespace, open, close } = inNamespace(given);
  beforeAll(open);
  afterAll(close);

  /** kubectl as a service account, which may read logs. */
  const asWorker = async (...args: readonly string[]): Promise<string> => {
    const server = await kubectl(['config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}']);
    const token = await kubectl(['create', 'token', 'worker']);
    const login = ['--kubeconfig=/dev/null', `--server=${server}`, `--token=${token.trim()}`];
    return printedBy(kubectl([...login, '--insecure-skip-tls-verify', 'auth', ...args]));
  };

  beforeAll(async () => {
    await kubectl(['create', 'serviceaccount', 'worker']);
    await kubectl(['create', 'role', 'logs', '--verb=get', '--resource=pods,pods/log']);
    await kubectl(['create', 'role', 'one', '--verb=get', '--resource=secrets', '--resource-name=a']);
    for (const role of ['logs', 'one']) {
      const worker = `--serviceaccount=${namespace}:worker`;
      await kubectl(['create', 'rolebinding', role, `--role=${role}`, worker]);
    }
  });

  it('can-i --list of a service account', async () => {
    const rows = await eventually(
      async () => {
        const lines = (await asWorker('can-i', '--list')).trimEnd().split('\n');
        const found = lines.map((line) => line.trim().replaceAll(/\s{2,}/g, '  '));
        return found.includes('pods  []  []  [get]') ? found : undefined;
      },
      { what: 'the rights of the role' },
    );
    expect(rows.sort()).toEqual(RIGHTS.toSorted());
  });

  it.each([
    ['get pods', 'yes'],
    ['get pods --subresource=log', 'yes'],
    ['get secrets/a', 'yes'],
    ['get secrets/b', 'no'],
    ['delete pods', 'no'],
    ['get pods --all-namespaces', 'no'],
  ])('can-i %s of a service account: %s', async (question, answer) => {
    expect((await asWorker('can-i', ...question.split(' '))).trim()).toBe(answer);
  });

  it.each([
    [
      'can-i --list',
      [/^\*\.\*\s+\[\]\s+\[\]\s+\[\*\]$/m, /^selfsubjectreviews.authentication.k8s.io .* \[create\]$/m],
    ],
    ['can-i create pods/exec', [/^yes$/]],
    ['whoami', [/^Groups\s+\[system:masters system:authenticated\]$/m]],
  ])('%s of an admin', async (args, lines) => {
    const printed = await kubectl(['auth', ...args.split(' ')]);
    for (const line of lines) expect(printed.trim()).toMatch(line);
  });
};
