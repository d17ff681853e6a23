import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** The pattern of a field of an App's spec, in the schema that the cluster has of it; `[]` stands for a list's items. */
export async function patternOf(field: string): Promise<string> {
  const file = new URL('../../cluster/crds/apps.yaml', import.meta.url);
  const crd = parse(await readFile(file, 'utf8'));
  const { spec } = crd.spec.versions[0].schema.openAPIV3Schema.properties;
  const found = field
    .split('.')
    .reduce((schema, part) => (part === '[]' ? schema.items : schema.properties[part]), spec);
  return found.pattern;
}
