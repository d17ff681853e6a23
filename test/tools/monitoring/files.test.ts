import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { parse } from 'yaml';
import { metricNames } from '../../../tools/monitoring/custom-resource-state.ts';
import { QUERIES } from '../../../tools/monitoring/dashboard.ts';
import { monitoringFiles } from '../../../tools/monitoring/files.ts';
import { type Kind, WITH_TASKS } from '../../../tools/monitoring/metrics.ts';
import { ALERTS } from '../../../tools/monitoring/rules.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');

const METRICS = WITH_TASKS.flatMap(metricNames);
const ALERT_NAMES = Object.values(ALERTS).flatMap((alerts) => alerts.map(({ alert }) => alert));

const Definition = v.object({
  spec: v.object({
    versions: v.tuple([v.object({ schema: v.object({ openAPIV3Schema: v.unknown() }) })]),
  }),
});
const Field = v.object({
  properties: v.optional(v.record(v.string(), v.unknown()), {}),
  items: v.optional(v.unknown()),
});

/** True when the schema of a custom resource has the field; of `metadata` every one, which Kubernetes defines. */
function hasField(schema: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined || first === 'metadata') return true;
  const { properties, items } = v.parse(Field, schema);
  if (items !== undefined) return hasField(items, [first, ...rest]);
  return properties[first] !== undefined && hasField(properties[first], rest);
}

/** Paths of the fields that the metrics of a kind read. */
const fieldsOf = ({ labels, metrics }: Kind): readonly (readonly string[])[] => [
  ...Object.values(labels),
  ...metrics.flatMap(({ path, value = [], labels: ofItems = {}, objectLabels = {} }) => [
    [...path, ...value],
    ...Object.values(ofItems).map((label) => [...path, ...label]),
    ...Object.values(objectLabels),
  ]),
];

describe('the files for monitoring', () => {
  it('are those of their source: `npm run monitoring`', async () => {
    const files = Object.entries(await monitoringFiles());
    expect(files).toHaveLength(6);
    for (const [path, text] of files) expect([path, await read(path)]).toEqual([path, text]);
  });

  it.each(WITH_TASKS.filter(({ group }) => group === 'taskbridge.dev'))(
    'read fields that the definition of $kind has',
    async (kind) => {
      const definition = parse(await read(`cluster/crds/${kind.kind.toLowerCase()}s.yaml`));
      const schema = v.parse(Definition, definition).spec.versions[0].schema.openAPIV3Schema;
      expect(fieldsOf(kind).filter((path) => !hasField(schema, path))).toEqual([]);
      expect(hasField(schema, ['status', 'conditions', 'nothing'])).toBe(false);
    },
  );

  it('ask for metrics that there are', () => {
    const queries = [
      ...Object.values(QUERIES),
      ...Object.values(ALERTS).flatMap((alerts) => alerts.map(({ expr }) => expr)),
    ];
    const asked = new Set(queries.flatMap((query) => query.match(/taskbridge_\w+/g) ?? []));
    expect(asked.size).toBeGreaterThan(5);
    expect([...asked].filter((name) => !METRICS.includes(name))).toEqual([]);
  });

  it('are explained: each metric and each alert', async () => {
    const text = await read('docs/monitoring.md');
    expect([...METRICS, ...ALERT_NAMES].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
    const named = [...text.matchAll(/`(taskbridge_(?:app|job|task)_\w+|Taskbridge[A-Z]\w+)`/g)].map(
      ([, name]) => name,
    );
    expect(named.filter((name) => ![...METRICS, ...ALERT_NAMES].includes(name ?? ''))).toEqual([]);
  });
});
