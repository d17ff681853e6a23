import { describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { toEnvironment } from '../../lib/tasks/container.ts';
import { appOf } from '../support/memory-ports.ts';

const MiB = 1024 ** 2;
const LIMITS = { cpu: 100, memory: 256 * MiB, disk: 512 * MiB };

const environmentOf = (spec: Partial<AppSpec>) =>
  toEnvironment(appOf('billing', spec), { own: spec.env ?? [], limits: LIMITS }, []);
const valueIn = (spec: Partial<AppSpec>, name: string) =>
  environmentOf(spec).find((entry) => entry.name === name)?.value;

/** Expands a value as Kubernetes does: `$$` is a dollar sign, `$(NAME)` an earlier variable. */
const expand = (value: string, variables: Readonly<Record<string, string>>): string =>
  value.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) =>
    name === undefined ? '$' : (variables[name] ?? whole),
  );

describe('toEnvironment', () => {
  it('has the variables of Cloud Foundry, in order', () => {
    expect(environmentOf({}).map(({ name }) => name)).toEqual([
      'CF_INSTANCE_IP',
      'CF_INSTANCE_INTERNAL_IP',
      'VCAP_APP_HOST',
      'CF_INSTANCE_PORT',
      'CF_INSTANCE_ADDR',
      'CF_INSTANCE_GUID',
      'INSTANCE_GUID',
      'MEMORY_LIMIT_IN_MB',
      'MEMORY_LIMIT',
      'DISK_LIMIT',
      'LANG',
      'VCAP_APPLICATION',
      'VCAP_SERVICES',
    ]);
  });

  it.each([
    ['MEMORY_LIMIT_IN_MB', '256'],
    ['MEMORY_LIMIT', '256M'],
    ['DISK_LIMIT', '512'],
    ['LANG', 'en_US.UTF-8'],
    ['VCAP_SERVICES', '{}'],
  ])('says %s=%s', (name, value) => {
    expect(valueIn({}, name)).toBe(value);
  });

  it('describes the app in VCAP_APPLICATION', () => {
    expect(JSON.parse(valueIn({}, 'VCAP_APPLICATION') ?? '')).toEqual({
      application_id: 'uid-of-billing',
      application_name: 'billing',
      application_uris: [],
      name: 'billing',
      process_id: 'uid-of-billing',
      process_type: 'web',
      space_name: 'team-a',
      uris: [],
      limits: { mem: 256, disk: 512 },
    });
  });

  it("puts the app's own variables first and lets the platform's win", () => {
    const env = environmentOf({
      env: [
        { name: 'A', value: 'b' },
        { name: 'LANG', value: 'C' },
      ],
    });
    expect(env[0]).toEqual({ name: 'A', value: 'b' });
    expect(env.filter(({ name }) => name === 'LANG')).toEqual([{ name: 'LANG', value: 'en_US.UTF-8' }]);
  });

  it('lets the values of the request win too', () => {
    const settings = { own: [{ name: 'A', value: 'own' }], limits: LIMITS };
    const env = toEnvironment(appOf('billing', {}), settings, [{ name: 'A', value: 'given' }]);
    expect(env.filter(({ name }) => name === 'A')).toEqual([{ name: 'A', value: 'given' }]);
  });

  it("keeps the app's DATABASE_URL before that of the bindings, which may be absent", () => {
    const env = environmentOf({
      env: [{ name: 'DATABASE_URL', value: 'mine' }],
      services: [{ name: 'orders', secretName: 'orders-binding' }],
    });
    const secretKeyRef = { name: 'billing-taskbridge-bindings', key: 'DATABASE_URL', optional: true };
    expect(env.filter(({ name }) => name === 'DATABASE_URL')).toEqual([
      { name: 'DATABASE_URL', value: 'mine' },
      { name: 'DATABASE_URL', valueFrom: { secretKeyRef } },
    ]);
  });

  it.each([
    'no dollar at all',
    '$(date) $$ $(params.x) "it\'s" 한글',
    '$(context.taskRun.name)',
    '$$(A) $$$(A) $$$$',
    '$(A)$(TASKBRIDGE_DOLLAR)',
    'ends in $',
    '$( $) $()',
    'a\nb\r\n\t$HOME `date`',
    '',
  ])('passes %j through Kubernetes unchanged, with no reference that Tekton knows', (value) => {
    const env = environmentOf({
      env: [
        { name: 'A', value: 'first' },
        { name: 'B', value },
      ],
    });
    const written = env.find(({ name }) => name === 'B')?.value ?? '';
    const dollar = env.find(({ name }) => name === 'TASKBRIDGE_DOLLAR')?.value ?? '';
    expect(expand(written, { A: 'first', TASKBRIDGE_DOLLAR: expand(dollar, {}) })).toBe(value);
    expect(written).not.toMatch(/\$\((?!TASKBRIDGE_DOLLAR\))/);
  });
});
