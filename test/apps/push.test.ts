import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { pushApp } from '../../lib/apps/push.ts';
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
            'Secret "mail-binding" is not in space "team-a", or it is a service account\'s token, which no app is given.',
        },
      ],
    });
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
          message: 'Secret "deployer-token" is a service account\'s token, which no app is given.',
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
