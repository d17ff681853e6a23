import { describe, expect, it } from '@jest/globals';
import type { Service } from '../../lib/apps/app.ts';
import { type Credentials, toBindingsData } from '../../lib/apps/bindings.ts';

const orders: Service = {
  name: 'orders',
  secretName: 'orders-binding',
  label: 'postgres',
  tags: ['sql'],
  plan: 'small',
};
const audit: Service = { name: 'audit', secretName: 'audit-binding', label: 'postgres' };
const mail: Service = { name: 'mail', secretName: 'mail-binding' };

const CREDENTIALS: Readonly<Record<string, Credentials>> = {
  orders: { uri: 'postgres://orders', password: 'p$(x)"w' },
  audit: { uri: 'postgres://audit' },
  mail: { token: 't' },
};
const dataOf = (...services: Service[]) => toBindingsData(services, ({ name }) => CREDENTIALS[name] ?? {});

describe('toBindingsData', () => {
  it('writes a binding as Cloud Foundry does', () => {
    const { VCAP_SERVICES } = dataOf(orders);
    expect(JSON.parse(VCAP_SERVICES)).toEqual({
      postgres: [
        {
          name: 'orders',
          instance_name: 'orders',
          binding_name: null,
          label: 'postgres',
          tags: ['sql'],
          plan: 'small',
          credentials: { uri: 'postgres://orders', password: 'p$(x)"w' },
          syslog_drain_url: null,
          volume_mounts: [],
        },
      ],
    });
  });

  it('groups bindings by label, and those without one as user-provided', () => {
    const services = JSON.parse(dataOf(mail, orders, audit).VCAP_SERVICES);
    expect(Object.keys(services)).toEqual(['user-provided', 'postgres']);
    expect(services.postgres.map(({ name }: { name: string }) => name)).toEqual(['orders', 'audit']);
    expect(services['user-provided'][0]).not.toHaveProperty('plan');
  });

  it.each([
    ['the first uri', [mail, audit, orders], 'postgres://audit'],
    ['absent where no binding has a uri', [mail], undefined],
    ['absent without a binding', [], undefined],
  ])('gives DATABASE_URL: %s', (_, services, url) => {
    const data = dataOf(...services);
    expect(data.DATABASE_URL).toBe(url);
    expect('DATABASE_URL' in data).toBe(url !== undefined);
  });

  it('keeps a label that objects have of their own', () => {
    const services = JSON.parse(dataOf({ ...mail, label: 'constructor' }).VCAP_SERVICES);
    expect(services).toMatchObject({ constructor: [{ name: 'mail' }] });
  });

  it('keeps the label "__proto__"', () => {
    expect(dataOf({ ...mail, label: '__proto__' }).VCAP_SERVICES).toContain('"__proto__":[{"name":"mail"');
  });
});
