import { describe, expect, it } from '@jest/globals';
import { readManifest } from '../../cli/manifest.ts';
import { fieldsOf, parseYaml, yamlText } from '../../cli/yaml.ts';

const FILE = 'manifest.yml';
const app = (fields: string) => `applications: [{ name: a, ${fields} }]`;
const read = (fields: string) => readManifest(app(fields), FILE)[0];
const usageError = (words: string) =>
  expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(words) });

describe('a variable of a manifest', () => {
  it.each([
    ['175928847299117063'],
    ['123456789012345678901234567890'],
    ['-9007199254740993'],
    ['12e1000'],
    ['1.10'],
    ['0.12345678901234567890'],
    ['0x10'],
    ['012345678'],
    ['0o17'],
    ['1_000'],
    ['2026-11-30'],
    ['2026-11-30T10:00:00Z'],
    ['10:30:00'],
    ['yes'],
    ['NO'],
    ['True'],
    ['.inf'],
    ['+1'],
    ['=', '='],
    ['"1234567890123456789"', '1234567890123456789'],
    ["'null'", 'null'],
    ['""', ''],
    ['!!int 08', '08'],
  ])('%s is the text as written', (written, value = written) => {
    expect(read(`env: { ID: ${written} }`)?.spec.env).toEqual([{ name: 'ID', value }]);
  });

  it.each(['constructor', '__proto__', 'prototype', 'toString', 'null', '1', 'a.b-c', 'yes'])(
    'may have the name %s',
    (name) => {
      expect(read(`env: { ${name}: x }`)?.spec.env).toEqual([{ name, value: 'x' }]);
    },
  );

  it.each(['', '~', 'null', 'NULL'])('is unset by %j', (written) => {
    expect(read(`env: { A: ${written}, B: b }`)?.spec.env).toEqual([{ name: 'B', value: 'b' }]);
  });

  it.each(['[b]', '{ b: c }'])('is no text as %s', (written) => {
    expect(() => read(`env: { A: ${written} }`)).toThrow(
      usageError('manifest.yml line 1: env.A must be a text'),
    );
  });
});

describe('a field of a manifest', () => {
  it.each(['name: b', 'disk_quota: 1G, disk-quota: 2G', 'env: { A: b, A: c }'])(
    'is rejected where it is there twice: %s',
    (fields) => {
      expect(() => read(fields)).toThrow(
        usageError(fields.startsWith('disk') ? 'is there twice' : 'must be unique'),
      );
    },
  );

  it.each(['command', 'services', 'env', 'memory', 'disk_quota', 'docker', 'processes', 'path', 'cpu'])(
    '%s is unset by a variable that is null',
    (field) => {
      const variables = fieldsOf(parseYaml('nothing:', 'vars.yml'));
      const [result] = readManifest(app(`${field}: ((nothing))`), FILE, { variables });
      expect(result).toEqual({ name: 'a', spec: {}, path: undefined, warnings: [] });
    },
  );

  it.each([
    'command',
    'services',
    'env',
    'memory',
    'disk_quota',
    'docker',
    'processes',
    'path',
    'cpu',
    'routes',
    'nonsense',
  ])('%s is unset by null', (field) => {
    for (const unset of ['', 'null', '~']) {
      const [result] = readManifest(app(`${field}: ${unset}`), FILE);
      expect(result).toEqual({ name: 'a', spec: {}, path: undefined, warnings: [] });
    }
  });

  it.each([
    ['disk_quota: 2G', { resources: { disk: '2048Mi' } }],
    ['disk-quota: 2G', { resources: { disk: '2048Mi' } }],
    ['processes: [{ type: task, disk-quota: 2G }]', { resources: { disk: '2048Mi' } }],
    [
      'processes: [{ type: task, command: b, memory: 8M }], command: a, memory: 9M',
      { command: 'b', resources: { memory: '8Mi' } },
    ],
    ['cpu: 100m', { resources: { cpu: '100m' } }],
    ['entrypoint: /bin/app, args: [-v, 1]', { entrypoint: ['/bin/app', '-v', '1'] }],
    ['entrypoint: [/bin/sh, -c]', { entrypoint: ['/bin/sh', '-c'] }],
    [
      'services: [db, { name: mq }]',
      {
        services: [
          { name: 'db', secretName: 'db' },
          { name: 'mq', secretName: 'mq' },
        ],
      },
    ],
  ])('is read: %s', (fields, spec) => {
    expect(read(fields)).toMatchObject({ spec, warnings: [] });
  });

  it.each([
    ['1.5G', '1536Mi'],
    ['1gb', '1024Mi'],
    ['1.5Gi', '1536Mi'],
    ['999999999999999T', '999999999999999T'],
    ['999999999999999.5T', '999999999999999.5T'],
    ['512mb', '512Mi'],
    ['512m', '512Mi'],
    ['256M', '256Mi'],
    ['0.5GB', '512Mi'],
    ['4194305', '4194305'],
    ['0.3G', '322122547'],
    ['4097K', '4195328'],
    ['1 G', '1024Mi'],
    ['1e9', '1e9'],
    ['many', 'many'],
    ['-1G', '-1G'],
  ])('has the size %s as %s', (written, memory) => {
    expect(read(`memory: ${written}`)?.spec.resources).toEqual({ memory });
  });

  it.each([
    ['args: [a]', 'line 1: args need a program'],
    ['docker: { image: i }, path: .', 'both docker and path'],
    ['services: db', 'line 1: services must be a list'],
    ['services: [{ x: y }]', 'services[0] has no name'],
    ['command: [a]', 'command must be a text'],
    ['processes: [{ command: a }]', 'processes[0] has no type'],
    ['docker: i', 'docker must be a map'],
  ])('is rejected: %s', (fields, words) => {
    expect(() => read(fields)).toThrow(usageError(words));
  });

  it('comes from an alias or a merge key, and its own value wins', () => {
    const text = [
      'base: &base { memory: 64M, disk-quota: 1G, command: a, env: &env { A: 1, B: 2 } }',
      'more: &more { memory: 8M, cpu: 1 }',
      'applications:',
      '- <<: [*base, *more]',
      '  name: a',
      '  disk_quota: 2G',
      '  command:',
      '  env: { <<: *env, B: 3 }',
    ].join('\n');
    expect(readManifest(text, FILE)).toEqual([
      {
        name: 'a',
        spec: {
          env: [
            { name: 'B', value: '3' },
            { name: 'A', value: '1' },
          ],
          resources: { memory: '64Mi', disk: '2048Mi', cpu: '1' },
        },
        path: undefined,
        warnings: [],
      },
    ]);
  });
});

describe('the name of an app', () => {
  const two = 'applications: [{ name: a }, { name: b }]';

  it.each([
    ['applications: [{ name: a }]', 'new', ['new']],
    ['applications: [{ memory: 1G }]', 'new', ['new']],
    ['applications: [{ name: 123 }]', undefined, ['123']],
    [two, 'b', ['b']],
    [two, undefined, ['a', 'b']],
  ])('%s with the argument %s gives %j', (text, name, names) => {
    expect(readManifest(text, FILE, { name }).map((one) => one.name)).toEqual(names);
  });

  it.each([
    [two, 'c', 'manifest.yml has no app "c". Its apps: a, b.'],
    ['applications:\n- memory: 1G', undefined, 'manifest.yml line 2: the app has no name'],
    ['applications:\n- name: a\n- memory: 1G', 'a', 'manifest.yml line 3: the app has no name'],
    ['applications:', 'a', 'manifest.yml has no applications'],
    ['', 'a', 'manifest.yml has no applications'],
  ])('%j with the argument %s is rejected', (text, name, words) => {
    expect(() => readManifest(text, FILE, { name })).toThrow(usageError(words));
  });
});

describe('((variables))', () => {
  const variables = new Map([
    ...fieldsOf(
      parseYaml('size: 1.10\nnone:\nlist: [a, b]\nmap: { key: { deep: 7 } }\nloop: ((size))', 'vars.yml'),
    ),
    ['text', yamlText('{ a: ((b)) }', '--var text')] as const,
  ]);
  const filled = (fields: string) => readManifest(app(fields), FILE, { variables })[0]?.spec;

  it.each([
    ['command: ((size))', { command: '1.10' }],
    ['command: "((size))"', { command: '1.10' }],
    ['command: a-((size))-((map.key.deep))', { command: 'a-1.10-7' }],
    ['command: ((map.key.deep))', { command: '7' }],
    ['command: ((text))', { command: '{ a: ((b)) }' }],
    ['command: ((loop))', { command: '((size))' }],
    ['command: ((!size))', { command: '1.10' }],
    ['command: ((a b)) (( size ))', { command: '((a b)) (( size ))' }],
    ['command: ((none))', {}],
    ['routes: ((hosts)), instances: ((count)), docker: { image: i, username: ((user)) }', { image: 'i' }],
    ['services: ((list))', { services: [{ name: 'a' }, { name: 'b' }] }],
    ['env: ((map.key))', { env: [{ name: 'deep', value: '7' }] }],
    ['routes: [{ route: ((host)).example }], command: a # ((comment))\n', { command: 'a' }],
  ])('in %j are replaced', (fields, spec) => {
    expect(filled(fields)).toMatchObject(spec);
  });

  it.each([
    [
      '\n  command: ((x.y))',
      'manifest.yml line 2: command: the variable ((x.y)) has no value: add --var x.y=VALUE',
    ],
    ['command: a((x))', 'the variable ((x)) has no value'],
    ['command: ((map.none))', 'the variable ((map.none)) has no value'],
    ['command: a((none))', 'the variable ((none)) is empty'],
    ['command: a((list))', '((list)) must be a text'],
    ['command: ((list))', 'command must be a text'],
  ])('in %j are rejected', (fields, words) => {
    expect(() => filled(fields)).toThrow(usageError(words));
  });

  it('are read of the app that is pushed', () => {
    const text = 'applications: [{ name: a, command: x }, { name: b, command: ((none-such)) }]';
    expect(readManifest(text, FILE, { name: 'a' })).toMatchObject([{ spec: { command: 'x' } }]);
  });

  it('are rejected where they make the file too large', () => {
    const long = new Map([['long', yamlText('x'.repeat(100_000), '--var long')] as const]);
    expect(() => readManifest(app(`command: ${'((long))'.repeat(1000)}`), FILE, { variables: long })).toThrow(
      usageError('too large to read'),
    );
  });
});
