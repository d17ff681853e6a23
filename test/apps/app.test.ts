import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { AppSpec } from '../../lib/apps/app.ts';
import { parse } from '../../lib/platform/schema.ts';
import { BAD_FIELDS } from '../support/bad-fields.ts';

const image = 'registry.example/billing:1';

/** Problems of an app with these fields, as `field: message`. */
const problemsOf = (spec: unknown): readonly string[] => {
  const parsed = parse(AppSpec, spec, 'body');
  return parsed.ok ? [] : parsed.errors.map(({ field, message }) => `${field}: ${message}`);
};

describe('an app', () => {
  it('needs an image only', () => {
    expect(parse(AppSpec, { image }, 'body')).toEqual({ ok: true, value: { image } });
  });

  it('may have every field', () => {
    const spec = {
      image: `registry.example:5000/team/billing@sha256:${'0123456789abcdef'.repeat(4)}`,
      entrypoint: ['/cnb/lifecycle/launcher'],
      command: ' bin/migrate --all\n',
      env: [
        { name: 'GREETING', value: '' },
        { name: 'spring.profile', value: 'prod' },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys.v1', key: 'tls.key', optional: true } } },
        { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'modes', key: 'mode' } } },
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        { name: 'TEAM', valueFrom: { fieldRef: { fieldPath: "metadata.labels['example.org/team']" } } },
      ],
      services: [
        { name: 'orders', secretName: 'orders.binding', label: 'postgres', tags: ['sql'], plan: 'small' },
      ],
      resources: { cpu: '500m', memory: '1G', disk: '256Mi' },
      serviceAccountName: 'billing',
      securityGroups: ['internal-db'],
      labels: { team: 'a', 'example.org/cost-centre': '' },
      taskTimeout: '0s',
      pendingTimeout: '30m',
      maxRunning: 10,
      taskRetention: 500,
    };
    expect(parse(AppSpec, spec, 'body')).toEqual({
      ok: true,
      value: {
        ...spec,
        resources: { cpu: 500, memory: 1024 ** 3, disk: 256 * 1024 ** 2 },
        taskTimeout: 0,
        pendingTimeout: 1800,
      },
    });
  });

  it.each(['constructor', 'prototype', 'toString'])('may have a label named %s', (name) => {
    const labels = JSON.parse(`{"team":"a","${name}":"b"}`);
    const parsed = parse(AppSpec, { image, labels }, 'body');
    expect(parsed.ok && Object.entries(parsed.value.labels ?? {})).toEqual([
      ['team', 'a'],
      [name, 'b'],
    ]);
  });

  const RESERVED = [
    'billing-taskbridge-bindings',
    'x-taskbridge-build',
    'x-taskbridge-event',
    'taskbridge-registry',
  ];
  it.each(RESERVED)('names no Secret of Taskbridge: %s', (name) => {
    const message =
      'Names that end with taskbridge-bindings, -build, -event and -registry are reserved for Taskbridge.';
    const env = [{ name: 'KEY', valueFrom: { secretKeyRef: { name, key: 'url' } } }];
    const services = [{ name: 'orders', secretName: name }];
    expect(problemsOf({ image, env, services })).toEqual([
      `env[0].valueFrom.secretKeyRef.name: ${message}`,
      `services[0].secretName: ${message}`,
    ]);
    expect(problemsOf({ image, services: [{ name: 'orders', secretName: `${name}-2` }] })).toEqual([]);
  });

  it('has no other field that names a Secret', async () => {
    const crd = await readFile(new URL('../../cluster/crds/apps.yaml', import.meta.url), 'utf8');
    expect(crd.match(/^ *\w*secret\w*:/gim)?.map((field) => field.trim())).toEqual([
      'secretKeyRef:',
      'secretName:',
    ]);
  });

  it('has all its problems reported at once', () => {
    const problems = problemsOf({
      image: '',
      env: [{ name: 'A=B', value: '' }],
      resources: { memory: '12Q' },
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'image',
      'env[0].name',
      'resources.memory',
    ]);
  });

  it.each([
    ['nothing', undefined, 'body: Missing.'],
    ['a string', 'app', 'body: "app" is not an object.'],
    ['a list', [], 'body: [] is not an object.'],
    ['null', null, 'body: null is not an object.'],
    ['no image', {}, 'image: Missing: give image or source.'],
  ])('is refused as a whole: %s', (_, spec, problem) => {
    expect(problemsOf(spec)).toEqual([problem]);
  });
});

describe('an app is rejected for', () => {
  it.each(BAD_FIELDS)('%s', (_, given, problem) => {
    const spec = Object.assign(Object.create(null), { image });
    for (const [key, value] of Object.entries(given)) {
      Object.defineProperty(spec, key, { value, enumerable: true });
    }
    expect(problemsOf(spec)).toEqual([expect.stringContaining(problem)]);
  });

  it("a name of its source's environment that no key of a Secret can hold", () => {
    const named = (length: number) => ({
      sha256: 'a'.repeat(64),
      env: [{ name: 'A'.repeat(length), value: '' }],
    });
    expect(problemsOf({ source: named(249) })).toEqual([]);
    expect(problemsOf({ source: named(250) })).toEqual([
      expect.stringMatching(/^source\.env\[0\]\.name: .*at most 249 characters/),
    ]);
  });

  it('a long value, of which the message has the beginning', () => {
    const [problem = ''] = problemsOf({ image: 'a b'.repeat(1000) });
    expect(problem.length).toBeLessThan(400);
    expect(problem).toContain('…');
  });
});
