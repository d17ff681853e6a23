import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { Settings, withSettings } from '../cloudformation/settings.ts';
import { Template } from './template.ts';

/** Files with roles, permissions and their conditions. */
const PARTS = ['stack/resources.yml', 'stack/roles.yml'];

/**
 * Reads roles and permissions from the template's sources. The result equals what `serverless package` generates for
 * the local stage with default settings (a test checks this), without needing Serverless.
 */
export async function readStackTemplate(root: string): Promise<v.InferOutput<typeof Template>> {
  const settings = v.parse(
    Settings,
    parse(await readFile(join(root, 'serverless.yml'), 'utf8'), { merge: true }),
  );
  const parts = await Promise.all(
    PARTS.map(async (file) => {
      const text = withSettings(await readFile(join(root, file), 'utf8'), settings);
      return v.parse(Template, parse(text, { merge: true }));
    }),
  );
  return {
    Conditions: Object.assign({}, ...parts.map(({ Conditions }) => Conditions)),
    Resources: Object.assign({}, ...parts.map(({ Resources }) => Resources)),
  };
}
