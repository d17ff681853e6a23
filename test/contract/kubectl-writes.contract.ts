import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { type Kubectl, printedBy } from '../support/kubectl.ts';
import { inNamespace } from './support/kubectl-namespace.ts';

const APP = {
  apiVersion: 'taskbridge.dev/v1alpha1',
  kind: 'App',
  metadata: { name: 'billing' },
  spec: { image: 'taskbridge.local/busybox:1', command: 'bin/migrate' },
};

const OTHER = { ...APP, spec: { ...APP.spec, command: 'bin/other' } };

/** Arguments of `kubectl create`, what it prints, and a field of the object with its value. */
const CREATED: readonly (readonly [args: string, printed: string, field: string, value: string])[] = [
  [
    'secret generic orders --from-literal=user=한 --from-literal=empty=',
    'secret/orders',
    '{.data}',
    '{"empty":"","user":"7ZWc"}',
  ],
  [
    'secret generic typed --type=example.com/binding --from-literal=a=b',
    'secret/typed',
    '{.type}',
    'example.com/binding',
  ],
  [
    'configmap settings --from-literal=a=한 --from-literal=b=',
    'configmap/settings',
    '{.data}',
    '{"a":"한","b":""}',
  ],
  ['serviceaccount worker', 'serviceaccount/worker', '{.metadata.name}', 'worker'],
  [
    'role logs --verb=get,list --resource=pods,pods/log',
    'role.rbac.authorization.k8s.io/logs',
    '{.rules}',
    '[{"apiGroups":[""],"resources":["pods","pods/log"],"verbs":["get","list"]}]',
  ],
  [
    'rolebinding logs --role=logs --serviceaccount=team-a:worker --user=ada',
    'rolebinding.rbac.authorization.k8s.io/logs',
    '{.subjects[*].name} {.roleRef.kind}',
    'ada worker Role',
  ],
];

/** The verbs of kubectl that write, and what they would write. */
export const kubectlWrites = (given: () => Kubectl): void => {
  const { kubectl, open, close } = inNamespace(given);
  beforeAll(open);
  afterAll(close);

  describe('create', () => {
    it.each(CREATED)('%s', async (args, printed, field, value) => {
      const words = args.split(' ');
      expect(await kubectl(['create', ...words, '--dry-run=server'])).toBe(
        `${printed} created (server dry run)\n`,
      );
      expect(await kubectl(['create', ...words])).toBe(`${printed} created\n`);
      expect(await kubectl(['get', printed, '-o', `jsonpath=${field}`])).toBe(value);
      await expect(kubectl(['create', ...words])).rejects.toThrow('already exists');
      expect(await kubectl(['delete', printed])).toContain('deleted');
    });
  });

  describe('on a dry run of the server', () => {
    beforeAll(() => kubectl(['apply', '-f', '-'], stringify(APP)));

    it.each([
      [['label', 'app', 'billing', 'team=a'], 'app.taskbridge.dev/billing labeled (server dry run)\n'],
      [['apply', '-f', '-'], 'app.taskbridge.dev/billing configured (server dry run)\n'],
      [['replace', '-f', '-'], 'app.taskbridge.dev/billing replaced (server dry run)\n'],
      [['delete', 'app', 'billing'], /^app.taskbridge.dev "billing" deleted.* \(server dry run\)\n$/],
      [
        ['delete', 'apps.taskbridge.dev', '--all'],
        /^app.taskbridge.dev "billing" deleted.* \(server dry run\)\n$/,
      ],
    ])('%j changes nothing', async (args, printed) => {
      const before = await kubectl(['get', 'app', 'billing', '-o', 'json']);
      expect(await kubectl([...args, '--dry-run=server'], stringify(OTHER))).toMatch(printed);
      expect(await kubectl(['get', 'app', 'billing', '-o', 'json'])).toBe(before);
    });

    it('shows an object that would be made, without a version', async () => {
      const args = ['create', 'configmap', 'a', '--from-literal=a=b', '--dry-run=server', '-o', 'json'];
      const made = JSON.parse(await kubectl(args));
      expect(Object.keys(made.metadata).sort()).toEqual(['creationTimestamp', 'name', 'namespace', 'uid']);
    });

    it('refuses what a write would', async () => {
      const wrong = stringify({ ...APP, spec: { ...APP.spec, maxRunning: 0 } });
      await expect(kubectl(['apply', '-f', '-', '--dry-run=server'], wrong)).rejects.toThrow(
        'spec.maxRunning',
      );
    });
  });

  describe('diff', () => {
    beforeAll(() => kubectl(['apply', '-f', '-'], stringify(APP)));

    it('prints nothing where nothing would change', async () => {
      expect(await kubectl(['diff', '-f', '-'], stringify(APP))).toBe('');
    });

    it.each([
      [
        'a change',
        OTHER,
        ['-  generation: 1', '+  generation: 2', '-  command: bin/migrate', '+  command: bin/other'],
      ],
      [
        'a new object',
        { ...APP, metadata: { name: 'new' } },
        ['+kind: App', '+  name: new', '+  command: bin/migrate'],
      ],
    ])('prints %s', async (_, object, lines) => {
      const printed = await printedBy(kubectl(['diff', '-f', '-'], stringify(object)));
      expect(printed.split('\n')).toEqual(expect.arrayContaining(lines));
      expect(printed).not.toContain('resourceVersion: ""');
    });
  });
};
