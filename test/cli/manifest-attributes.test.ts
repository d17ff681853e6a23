import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readManifest } from '../../cli/manifest.ts';
import { ATTRIBUTES } from '../../cli/manifest-attributes.ts';

const FILE = 'manifest.yml';
const read = (fields: string) => readManifest(`applications: [{ name: a, ${fields} }]`, FILE)[0];
const usageError = (words: string) =>
  expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(words) });

describe('an attribute of a manifest', () => {
  const rows = [
    ...readFileSync('docs/manifests.md', 'utf8').matchAll(
      /^\| `(.*)` \| (taken|ignored|refused) \| (.*) \|$/gm,
    ),
  ].map(([, attribute = '', use = '', meaning = '']) => [attribute, use, meaning] as const);

  it('is in the table of the documentation', () => {
    expect(rows.map(([attribute, ...row]) => [attribute.replaceAll('_', '-'), row])).toEqual([...ATTRIBUTES]);
  });

  const VALUES: Readonly<Record<string, string>> = {
    docker: '{ image: i }',
    env: '{ A: b }',
    processes: '[{ type: task, command: x }]',
    services: '[x]',
    jobs: '[{ name: x }]',
    node_selector: '{ pool: batch }',
    tolerations: '["spot:NoSchedule"]',
    args: '[x], entrypoint: x',
  };
  const written = (attribute: string): string => {
    const [first = '', second] = attribute.split('.');
    if (second === undefined) return `${first}: ${VALUES[first] ?? '8M'}`;
    if (first === 'docker') return `docker: { ${second}: x }`;
    const needed = first === 'services' ? 'name: x' : 'type: task';
    return `${first}: [{ ${needed.startsWith(`${second}:`) ? '' : `${needed}, `}${second}: ${second === 'type' ? 'task' : '8M'} }]`;
  };
  const without = (attribute: string) => {
    const [first = '', second] = attribute.split('.');
    if (second === undefined || first === 'docker') return '';
    return first === 'services' ? 'services: [{ name: x }]' : 'processes: [{ type: task }]';
  };

  /** Attributes that are taken but change nothing, and the name, which every app has. */
  const NO_EFFECT = ['name', 'task', 'processes.type'];
  const one = (fields: string) =>
    read(fields) ?? { warnings: [], spec: {}, path: undefined, jobs: undefined };

  it.each(rows)('%s is %s: %s', (attribute, use, meaning) => {
    const fields = attribute === 'name' ? 'x: ' : written(attribute);
    if (use === 'refused') {
      expect(() => read(fields)).toThrow(usageError(`line 1: ${attribute} is not supported: ${meaning}.`));
      return;
    }
    const { warnings, spec, path, jobs } = one(fields);
    const field = attribute.replace(/^(services|processes)\./, '$1[0].');
    expect(warnings).toEqual(use === 'ignored' ? [`line 1: ${field} is ignored: ${meaning}`] : []);
    const bare = one(without(attribute));
    const changes = JSON.stringify([spec, path, jobs]) !== JSON.stringify([bare.spec, bare.path, bare.jobs]);
    expect(changes).toBe(use === 'taken' && !NO_EFFECT.includes(attribute));
  });

  it('that is not in the table is told too, and one for all apps', () => {
    const text = 'memory: 1G\nx-other: {}\napplications:\n- name: a\n  typo: 1\n  processes:\n  - type: web';
    expect(readManifest(text, FILE)[0]?.warnings).toEqual([
      'line 1: memory is ignored: fields of all apps are not read; give it to each app, as by an anchor',
      'line 5: typo is ignored: it is not known here',
      'line 7: processes[0] of type web is ignored: only task runs here',
    ]);
  });
});
