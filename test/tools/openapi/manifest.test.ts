import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { JOB_ATTRIBUTES, JOB_FIELD_NAMES } from '../../../cli/manifest-jobs.ts';
import { JOB_FIELDS } from '../../../lib/jobs/job.ts';
import { manifestSchema } from '../../../tools/openapi/manifest.ts';

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const ajv = new Ajv2020({ strict: false, allErrors: true });
const validate = ajv.compile(manifestSchema());
const problems = (yaml: string) => {
  validate(parse(yaml, { merge: true }));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};
const job = (fields: string) => `applications: [{ name: a, jobs: [{ ${fields} }] }]`;

describe('the JSON Schema of a manifest', () => {
  it('is the one in docs/; else run "npm run openapi"', async () => {
    expect(JSON.parse(await read('docs/manifest.schema.json'))).toEqual(manifestSchema());
  });

  it.each(['test/fixtures/manifests/manifest.yml', 'test/fixtures/manifests/jobs/jobs.yml'])(
    'takes %s',
    async (path) => {
      expect(problems(await read(path))).toEqual([]);
    },
  );

  it.each([
    'name: report',
    'name: report, time_zone: Europe/Berlin, schedule: 0 2 * * *',
    'name: report, suspend: ((suspended)), concurrency-policy: ((policy)), starting-deadline: 60',
    'name: 7, env: { A: 1.10, B: { secretKeyRef: { name: s, key: k } }, C: }',
    'name: report, trigger: { pattern: { source: [shop.orders] } }',
  ])('takes a job with %s', (fields) => {
    expect(problems(job(fields))).toEqual([]);
  });

  it.each([
    'schedule: 0 2 * * *',
    'name: report, cron: 0 2 * * *',
    'name: report, concurrency-policy: forbid',
    'name: report, suspend: sometimes',
    'name: report, starting-deadline: -1',
    'name: report, trigger: { bus: default }',
    'name: report, env: { A: { secretRef: { name: s } } }',
  ])('refuses a job with %s', (fields) => {
    expect(problems(job(fields))).not.toEqual([]);
  });

  it.each(['applications: []', 'apps: []', 'applications: [{ name: a, inherit: b.yml }]'])(
    'refuses %s',
    (yaml) => {
      expect(problems(yaml)).not.toEqual([]);
    },
  );
});

describe('a job of a manifest', () => {
  it('has every field of a job but its app', () => {
    const roots = new Set(JOB_FIELD_NAMES.map((path) => path.split('.')[0]));
    const { app: _, ...fields } = JOB_FIELDS;
    expect([...roots].toSorted()).toEqual(['name', ...Object.keys(fields)].toSorted());
  });

  it('says in the schema what each field is', () => {
    const schema = JSON.stringify(manifestSchema());
    for (const name of JOB_ATTRIBUTES) expect(schema).toContain(`"${name}":{"description":"`);
  });
});
