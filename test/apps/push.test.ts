import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { pushApp } from '../../lib/apps/push.ts';
import type { FieldError } from '../../lib/platform/errors.ts';
import { TASK_SERVICE_ACCOUNT } from '../../lib/platform/labels.ts';
import { appOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const BINDINGS = 'billing-taskbridge-bindings';
const services = [{ name: 'orders', secretName: 'orders-binding', label: 'postgres' }];

let ports: MemoryPorts;
beforeEach(() => {
  ports = memoryPorts({
    secrets: { 'orders-binding': { uri: 'postgres://orders', password: 'one' } },
    tokens: ['deployer-token'],
    serviceAccounts: { billing: { [TASK_SERVICE_ACCOUNT]: 'true' }, default: {} },
  });
});

const push = (spec: Partial<AppSpec> = {}) =>
  pushApp(ports, { space: SPACE, name: 'billing', spec: appOf('billing', spec).spec });

describe('pushApp', () => {
  it('creates an app, then replaces it', async () => {
    const first = await push({ command: 'one', serviceAccountName: 'billing' });
    const second = await push({ command: 'two' });
    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.app.uid).toBe(first.app.uid);
    expect((await ports.apps.get(SPACE, 'billing')).spec).toEqual(appOf('billing', { command: 'two' }).spec);
  });

  it('writes no Secret for an app without services', async () => {
    await push();
    expect(ports.stored.has(BINDINGS)).toBe(false);
  });

  it('writes the bindings from which tasks take VCAP_SERVICES and DATABASE_URL', async () => {
    await push({ services });
    const { VCAP_SERVICES = '', DATABASE_URL } = ports.stored.get(BINDINGS) ?? {};
    expect(JSON.parse(VCAP_SERVICES)).toMatchObject({
      postgres: [{ name: 'orders', credentials: { uri: 'postgres://orders', password: 'one' } }],
    });
    expect(DATABASE_URL).toBe('postgres://orders');
  });

  it('rewrites the bindings when their Secret has changed', async () => {
    await push({ services });
    ports.stored.set('orders-binding', { password: 'two' });
    await push({ services });
    expect(ports.stored.get(BINDINGS)?.VCAP_SERVICES).toContain('"password":"two"');
    expect(ports.stored.get(BINDINGS)).not.toHaveProperty('DATABASE_URL');
  });

  it('removes the credentials when the services are removed', async () => {
    await push({ services });
    await push();
    expect(ports.stored.get(BINDINGS)).toEqual({ VCAP_SERVICES: '{}' });
  });

  it('creates the Secret in the second push when the first stopped before it', async () => {
    const dying = {
      ...ports,
      secrets: { ...ports.secrets, put: () => Promise.reject(new Error('the function was stopped')) },
    };
    const spec = appOf('billing', { services }).spec;
    await expect(pushApp(dying, { space: SPACE, name: 'billing', spec })).rejects.toThrow('stopped');
    expect((await push({ services })).created).toBe(false);
    expect(ports.stored.has(BINDINGS)).toBe(true);
  });
});

describe('pushApp and a Secret in the place of its bindings', () => {
  const left = (owner?: { app: string; uid: string }) => {
    ports.stored.set(BINDINGS, { VCAP_SERVICES: '{"old":[]}' });
    if (owner !== undefined) ports.owners.set(BINDINGS, owner);
  };
  const old = { app: 'billing', uid: 'uid-of-an-earlier-billing' };
  const untouched = () => expect(ports.stored.get(BINDINGS)).toEqual({ VCAP_SERVICES: '{"old":[]}' });

  it.each([
    ['nobody’s', undefined],
    ['another app’s', { app: 'orders', uid: 'uid-of-orders' }],
  ])('refuses it when it is %s, and leaves nothing behind', async (_, owner) => {
    left(owner);
    await expect(push({ services })).rejects.toMatchObject({
      kind: 'conflict',
      message: `Secret "${BINDINGS}" is in the way: it is not app "billing"'s. Delete or rename it, then push again.`,
    });
    await expect(ports.apps.get(SPACE, 'billing')).rejects.toMatchObject({ kind: 'notFound' });
    untouched();
  });

  it.each([
    ['nobody’s', undefined],
    ['another app’s', { app: 'orders', uid: 'uid-of-orders' }],
    ['an earlier app’s', old],
  ])('leaves it alone when it is %s and the app has no services', async (_, owner) => {
    left(owner);
    expect((await push()).created).toBe(true);
    expect((await push()).created).toBe(false);
    untouched();
  });

  it('waits for the garbage collector when it is an earlier app’s', async () => {
    left(old);
    const collecting: MemoryPorts = {
      ...ports,
      wait: async (ms) => {
        await ports.wait(ms);
        await expect(ports.apps.get(SPACE, 'billing')).rejects.toMatchObject({ kind: 'notFound' });
        if (ports.now().getTime() - began >= 1_000) ports.stored.delete(BINDINGS);
      },
    };
    const began = ports.now().getTime();
    const spec = appOf('billing', { services }).spec;
    const { app, created } = await pushApp(collecting, { space: SPACE, name: 'billing', spec });
    expect([created, ports.owners.get(BINDINGS)]).toEqual([true, { app: 'billing', uid: app.uid }]);
    expect(ports.stored.get(BINDINGS)?.VCAP_SERVICES).toContain('orders');
  });

  it('rejects the push with advice when an earlier app’s stays, and writes nothing', async () => {
    left(old);
    await expect(push({ services })).rejects.toMatchObject({
      kind: 'conflict',
      message:
        `Secret "${BINDINGS}" of an earlier app "billing" is still there: the cluster's garbage collector removes ` +
        'it. Push again in a minute, or delete it.',
    });
    await expect(ports.apps.get(SPACE, 'billing')).rejects.toMatchObject({ kind: 'notFound' });
    untouched();
  });
});

describe('pushApp rejects', () => {
  it.each([
    ['that is not there', 'none'],
    ['that the space does not allow for tasks', 'default'],
  ])('a service account %s', async (_, serviceAccountName) => {
    await expect(push({ serviceAccountName })).rejects.toMatchObject({
      kind: 'invalid',
      fields: [
        {
          field: 'serviceAccountName',
          message:
            `Service account "${serviceAccountName}" is not in space "team-a", or tasks may not run as it: its ` +
            'platform team allows that by the label taskbridge.dev/task-service-account=true.',
        },
      ],
    });
  });

  it('a Secret that is not there', async () => {
    const missing = [...services, { name: 'mail', secretName: 'mail-binding' }];
    await expect(push({ services: missing })).rejects.toMatchObject({
      kind: 'invalid',
      fields: [
        {
          field: 'services[1].secretName',
          message:
            'Secret "mail-binding" is not in space "team-a", or it is one that no app is given: a token of a service ' +
            'account, or a Secret of Taskbridge or of a run.',
        },
      ],
    });
  });

  it('reads each of 50 Secrets once, at most 20 at the same time', async () => {
    const read: string[] = [];
    let now = 0;
    let most = 0;
    const find = ports.secrets.find;
    ports = {
      ...ports,
      secrets: {
        ...ports.secrets,
        find: async (space, name) => {
          read.push(name);
          now += 1;
          most = Math.max(most, now);
          await new Promise(setImmediate);
          now -= 1;
          return find(space, name);
        },
      },
    };
    const fifty = Array.from({ length: 50 }, (_, index) => ({
      name: `s-${index}`,
      secretName: `secret-${index % 40}`,
    }));
    await expect(push({ services: fifty })).rejects.toMatchObject({ kind: 'invalid' });
    expect([read.length, new Set(read).size, most]).toEqual([40, 40, 20]);
  });

  it('a variable that would hold the token of a service account', async () => {
    const from = (name: string) => ({ valueFrom: { secretKeyRef: { name, key: 'token' } } });
    const env = [
      { name: 'KEY', ...from('not-there-yet') },
      { name: 'TOKEN', ...from('deployer-token') },
    ];
    await expect(push({ env })).rejects.toMatchObject({
      kind: 'invalid',
      fields: [
        {
          field: 'env[1].valueFrom.secretKeyRef.name',
          message:
            'Secret "deployer-token" is one that no app is given: a token of a service account, or a Secret of ' +
            'Taskbridge or of a run.',
        },
      ],
    });
    await expect(ports.apps.get(SPACE, 'billing')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('all problems at once, and writes nothing', async () => {
    const missing = [{ name: 'mail', secretName: 'mail-binding' }];
    await expect(push({ services: missing, serviceAccountName: 'none' })).rejects.toMatchObject({
      fields: [{ field: 'serviceAccountName' }, { field: 'services[0].secretName' }],
    });
    await expect(ports.apps.get(SPACE, 'billing')).rejects.toMatchObject({ kind: 'notFound' });
    expect([...ports.stored.keys()]).toEqual(['orders-binding']);
  });
});

describe('pushApp and the labels and security groups that a space may use', () => {
  const LIMITED = {
    'taskbridge.dev/app-labels': 'team, example.org/ ,',
    'taskbridge.dev/security-groups': 'mail',
  };
  const problemsOf = async (spec: Partial<AppSpec>, parameters: Readonly<Record<string, string>>) => {
    const limited = memoryPorts({ parameters });
    const pushing = pushApp(limited, { space: SPACE, name: 'billing', spec: appOf('billing', spec).spec });
    return pushing.then(
      () => [],
      ({ fields }) => fields.map(({ field }: { field: string }) => field),
    );
  };

  it.each([
    ['a key', { labels: { team: 'a' } }, []],
    ['a key with a prefix', { labels: { 'example.org/x': 'a' } }, []],
    ['what only begins like a key', { labels: { teams: 'a' } }, ['labels.teams']],
    ['a longer domain', { labels: { 'x.example.org/x': 'a' } }, ['labels.x.example.org/x']],
    ['a group', { securityGroups: ['mail'] }, []],
    ['another group', { securityGroups: ['mail', 'internal-db'] }, ['securityGroups[1]']],
    ['neither', {}, []],
  ])('takes or refuses %s', async (_, spec, fields) => {
    expect(await problemsOf(spec, LIMITED)).toEqual(fields);
  });

  it.each([
    ['no list', {}, []],
    ['a list for the space alone', { 'app-labels.taskbridge.dev/team-a': 'x' }, ['labels.team']],
    ['a list for another space', { 'app-labels.taskbridge.dev/team-b': 'x' }, []],
    [
      'a list for the space that allows any',
      { 'taskbridge.dev/app-labels': 'x', 'app-labels.taskbridge.dev/team-a': '*' },
      [],
    ],
    ['an empty list', { 'taskbridge.dev/app-labels': '' }, ['labels.team']],
  ])('goes by %s', async (_, parameters, fields) => {
    expect(await problemsOf({ labels: { team: 'a' } }, parameters)).toEqual(fields);
  });

  it('reads no parameters for an app without either', async () => {
    const read = () => Promise.reject(new Error('was read'));
    const failing = { ...ports, parameters: { allowedIn: read, placementIn: read } };
    const spec = appOf('billing').spec;
    expect((await pushApp(failing, { space: SPACE, name: 'billing', spec })).created).toBe(true);
  });
});

describe('pushApp and the placement that a namespace allows', () => {
  const NAMESPACE = {
    'taskbridge.dev/node-selector': ' pool=batch, kubernetes.io/arch ,',
    'taskbridge.dev/tolerations': 'dedicated=gpu:NoSchedule,spot:NoExecute',
    'taskbridge.dev/priority-classes': 'batch',
    'taskbridge.dev/runtime-classes': 'gvisor,kata',
    'taskbridge.dev/gpu': 'nvidia.com/gpu=2,amd.com/gpu=8,vendor.example/gpu=many,other.example/gpu=1=9',
  };
  const problemsOf = (spec: Partial<AppSpec>, namespace = {}, gpuResource?: string) =>
    pushApp(
      { ...memoryPorts({ namespace }), gpuResource },
      { space: SPACE, name: 'billing', spec: appOf('billing', spec).spec },
    ).then(
      () => [],
      ({ fields }) => fields.map(({ field, message }: FieldError) => `${field}: ${message}`),
    );
  const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' } as const;
  const spot = { key: 'spot', operator: 'Exists', effect: 'NoExecute' } as const;
  const everything = {
    placement: {
      nodeSelector: { pool: 'batch', 'kubernetes.io/arch': 'arm64' },
      tolerations: [taint, spot, { ...spot, operator: 'Equal' as const, value: 'x' }],
      priorityClassName: 'batch',
      runtimeClassName: 'kata',
    },
    resources: { gpu: 2 },
  };

  it('takes what is listed', async () => {
    expect(await problemsOf(everything, NAMESPACE)).toEqual([]);
  });

  it('refuses all of it where nothing is listed, each with its annotation', async () => {
    const problems = await problemsOf(everything);
    expect(problems.map((text: string) => text.split(': ', 1)[0])).toEqual([
      ...['placement.nodeSelector.pool', 'placement.nodeSelector.kubernetes.io/arch'],
      ...['placement.tolerations[0]', 'placement.tolerations[1]', 'placement.tolerations[2]'],
      ...['placement.priorityClassName', 'placement.runtimeClassName', 'resources.gpu'],
    ]);
    for (const problem of problems)
      expect(problem).toMatch(/allows none, by the annotation taskbridge\.dev\//);
  });

  it.each([
    [
      'another value',
      { nodeSelector: { pool: 'web' } },
      'Node selector "pool=web"',
      'pool=batch, kubernetes.io/arch',
    ],
    ['no value', { nodeSelector: { pool: '' } }, 'Node selector "pool="', 'pool=batch, kubernetes.io/arch'],
    [
      'every value of one',
      { tolerations: [{ ...taint, value: undefined, operator: 'Exists' as const }] },
      'Toleration "dedicated:NoSchedule"',
      'dedicated=gpu:NoSchedule, spot:NoExecute',
    ],
    [
      'another effect',
      { tolerations: [{ ...spot, effect: 'NoSchedule' as const }] },
      'Toleration "spot:NoSchedule"',
      'dedicated=gpu:NoSchedule, spot:NoExecute',
    ],
    ['another class', { runtimeClassName: 'runc' }, 'Runtime class "runc"', 'gvisor, kata'],
  ])('refuses %s', async (_, placement, what, allowed) => {
    expect(await problemsOf({ placement }, NAMESPACE)).toEqual([
      expect.stringContaining(
        `${what} is not allowed in space "team-a": its platform team allows ${allowed}, by`,
      ),
    ]);
  });

  it.each([
    ['as many as are listed', 8, 'amd.com/gpu', []],
    ['one more', 9, 'amd.com/gpu', ['resources.gpu: amd.com/gpu=9 is not allowed']],
    ['those of another resource', 3, undefined, ['resources.gpu: nvidia.com/gpu=3 is not allowed']],
    ['those whose entry has two numbers', 1, 'other.example/gpu', ['resources.gpu: other.example/gpu=1 is']],
    ['those whose entry has no number', 1, 'vendor.example/gpu', ['resources.gpu: vendor.example/gpu=1 is']],
  ])('takes or refuses GPUs: %s', async (_, gpu, resource, problems) => {
    expect(await problemsOf({ resources: { gpu } }, NAMESPACE, resource)).toEqual(
      problems.map((text) => expect.stringContaining(text)),
    );
  });
});
