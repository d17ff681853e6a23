import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { SETTINGS } from '../../../tools/release/parameters.ts';
import { writeRelease } from '../../../tools/release/release.ts';
import { copyProject } from '../../support/packaged.ts';

/** Choices that add all that a choice can add. */
const WHOLE = {
  clusterAuth: 'token-secret',
  network: 'vpc',
  authorizer: 'jwt',
  console: 'origin',
  registryAuth: 'ecr',
  onRemoval: 'delete',
};
const RELEASES = { first: {}, again: {}, whole: WHOLE } as const;
type Name = keyof typeof RELEASES;

const Template = v.looseObject({
  Parameters: v.record(v.string(), v.looseObject({})),
  Resources: v.record(v.string(), v.looseObject({ Type: v.string(), DependsOn: v.optional(v.unknown()) })),
  Conditions: v.record(v.string(), v.unknown()),
});

let folder: string;
let project: string;
const at = (name: Name, file = '') => join(folder, name, file);
const templateOf = async (name: Name) =>
  v.parse(Template, JSON.parse(await readFile(at(name, 'template.json'), 'utf8')));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskbridge-release-'));
  project = await copyProject();
  for (const [name, fixed] of Object.entries(RELEASES))
    await writeRelease({ out: join(folder, name), fixed, project });
}, 1_200_000);

afterAll(async () => {
  for (const one of [folder, project]) await rm(one, { recursive: true, force: true });
});

/** Names of parameters and resources that a template refers to. */
function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (key === 'Ref' && typeof member === 'string') return [member];
    if (key === 'Fn::GetAtt' && Array.isArray(member)) return [String(member[0])];
    if (key !== 'Fn::Sub' || typeof member !== 'string') return namesIn(member);
    return [...member.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name = '']) => name.split('.')[0] ?? '');
  });
}

const filesOf = async (name: Name): Promise<readonly string[]> => {
  const entries = await readdir(at(name), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(at(name).length + 1));
};

describe('the folder of a release', () => {
  it('has a checksum of each file, which is right', async () => {
    const sums = await readFile(at('first', 'SHA256SUMS'), 'utf8');
    const listed = [...sums.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)].map(([, hash = '', file = '']) => ({
      hash,
      file,
    }));
    const files = (await filesOf('first')).filter((file) => file !== 'SHA256SUMS');
    expect(listed.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
    for (const { hash, file } of listed) {
      const bytes = await readFile(at('first', file));
      expect([file, createHash('sha256').update(bytes).digest('hex')]).toEqual([file, hash]);
    }
    expect(files).toEqual(
      expect.arrayContaining([
        'template.json',
        'NOTES.md',
        'VERSION',
        'sbom.json',
        'NOTICE',
        'functions/read.zip',
        expect.stringMatching(/^taskbridge-[\d.]+\.tgz$/),
      ]),
    );
  });

  it('has the same checksums when it is made again', async () => {
    const [first, again] = await Promise.all(
      (['first', 'again'] as const).map((name) => readFile(at(name, 'SHA256SUMS'), 'utf8')),
    );
    expect(again).toBe(first);
  });

  it.each(['first', 'whole'] as const)(
    'refers to parameters and resources that there are: %s',
    async (name) => {
      const template = await templateOf(name);
      const known = [...Object.keys(template.Parameters), ...Object.keys(template.Resources)];
      const names = namesIn(template).filter((one) => !one.startsWith('AWS::'));
      expect(names.filter((one) => !known.includes(one))).toEqual([]);
      const dependencies = Object.values(template.Resources).flatMap(({ DependsOn = [] }) => DependsOn);
      expect(dependencies.filter((id) => !known.includes(String(id)))).toEqual([]);
      expect(Object.keys(template.Parameters).filter((one) => !names.includes(one))).toEqual([]);
      expect(JSON.stringify(template)).not.toMatch(/zq[A-Za-z]+qz/);
    },
  );

  it('has a parameter for each setting, in one folder or another', async () => {
    const templates = await Promise.all([templateOf('first'), templateOf('whole')]);
    const parameters = new Set(templates.flatMap(({ Parameters }) => Object.keys(Parameters)));
    const missing = Object.keys(SETTINGS)
      .map((name) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`)
      .filter((name) => !parameters.has(name));
    // Only registryAuth=secret has it.
    expect(missing).toEqual(['RegistrySecret']);
  });

  it.each(['first', 'whole'] as const)(
    'has no account, no secret and no path of this machine: %s',
    async (name) => {
      const files = (await filesOf(name)).filter((file) => !file.endsWith('.zip') && file !== 'SHA256SUMS');
      const own = [fileURLToPath(new URL('../../../', import.meta.url)), project, folder, homedir()];
      for (const file of files) {
        const text = await readFile(at(name, file), 'utf8');
        expect([file, own.filter((path) => text.includes(`${path.replace(/\/$/, '')}/`))]).toEqual([
          file,
          [],
        ]);
        expect([file, /AKIA[A-Z0-9]{16}|-----BEGIN|aws_secret_access_key/.exec(text)]).toEqual([file, null]);
      }
      const template = await readFile(at(name, 'template.json'), 'utf8');
      expect(template).not.toMatch(/(?<![\d.])\d{12}(?!\d)/);
    },
  );

  it('stops where a setting is unknown, or a choice is a word of none', async () => {
    const out = join(folder, 'none');
    await expect(writeRelease({ out, fixed: { netwerk: 'vpc' }, project })).rejects.toThrow(
      /^No setting of serverless.yml: netwerk. There are: clusterEndpoint, /,
    );
    await expect(writeRelease({ out, fixed: { network: 'vpv' }, project })).rejects.toThrow(
      'Value not found',
    );
  }, 240_000);
});
