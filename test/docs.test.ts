import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readServerless } from '../local/cloudformation/serverless.ts';
import { SCENARIO } from '../local/demo/scenario.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

const filesIn = async (folder: string, ending: string): Promise<readonly string[]> =>
  (await readdir(join(root, folder), { recursive: true }))
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));

/** Headings of a document as GitHub writes them in links. */
const anchorsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Relative links of a document, without their anchors. */
const linksIn = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].flatMap(([, link]) => link ?? []);

/** The sources as one text, where a text that is written in parts is whole. */
async function sources(): Promise<string> {
  const files = (await Promise.all(['lib', 'cli', 'cluster'].map((folder) => filesIn(folder, '')))).flat();
  const texts = files
    .filter((file) => /\.(ts|yaml)$/.test(file))
    .map((file) => readFile(join(root, file), 'utf8'));
  return (await Promise.all(texts)).join('\n').replace(/['`]\s*\+\s*['`]/g, '');
}

/** Messages of Kubernetes, API Gateway and Lambda. */
const OF_OTHERS = [
  'Forbidden',
  'Internal Server Error',
  'ValidatingAdmissionPolicy ',
  'CreateContainerConfigError',
];

/** Every document: those at the top, the README of each folder, and docs/. */
async function documents(): Promise<readonly string[]> {
  const folders = await foldersAtTop();
  const readmes = ['', ...folders].map((folder) => join(folder, 'README.md'));
  const others = [
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...(await filesIn('docs', '.md')),
  ];
  return [...new Set([...readmes, ...others])].filter((file) => existsSync(join(root, file)));
}

/** Folders at the top that are checked in. */
async function foldersAtTop(): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const made = ['node_modules', 'dist', 'coverage'];
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !made.includes(entry.name))
    .map(({ name }) => name);
}

/** Paths of the repository that a document names as code: `lib/tasks/run.ts`, `cluster/`. */
const pathsIn = (text: string, folders: readonly string[]): readonly string[] =>
  [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)]
    .flatMap(([, path]) => path ?? [])
    .filter((path) => folders.includes(path.split('/')[0] ?? ''));

describe('the documents', () => {
  it('name no path that is not there', async () => {
    const folders = await foldersAtTop();
    const missing = await Promise.all(
      (await documents()).map(async (file) =>
        pathsIn(await readFile(join(root, file), 'utf8'), folders)
          .filter((path) => ![root, join(root, dirname(file))].some((base) => existsSync(join(base, path))))
          .map((path) => `${file}: ${path}`),
      ),
    );
    expect(missing.flat()).toEqual([]);
    expect(pathsIn('`lib/tasks/` and `bin/report`, `lib/a.ts`', folders)).toEqual(['lib/tasks/', 'lib/a.ts']);
  });

  it('have no link that leads nowhere', async () => {
    const dead = await Promise.all(
      (await documents()).map(async (file) =>
        linksIn(await readFile(join(root, file), 'utf8'))
          .filter((link) => !existsSync(join(root, dirname(file), link)))
          .map((link) => `${file}: ${link}`),
      ),
    );
    expect(dead.flat()).toEqual([]);
  });

  it('link to headings that there are', async () => {
    const dead = await Promise.all(
      (await documents()).map(async (file) => {
        const text = await readFile(join(root, file), 'utf8');
        const links = [...text.matchAll(/\]\(([\w./-]*\.md)?#([\w-]+)\)/g)];
        const wrong = await Promise.all(
          links.map(async ([link, target, anchor]) => {
            const path = target === undefined ? file : join(dirname(file), target);
            const anchors = anchorsIn(await readFile(join(root, path), 'utf8'));
            return anchors.includes(anchor ?? '') ? [] : [`${file}: ${link}`];
          }),
        );
        return wrong.flat();
      }),
    );
    expect(dead.flat()).toEqual([]);
    expect(anchorsIn('## Kubernetes 1.28 and `x`')).toEqual(['kubernetes-128-and-x']);
  });

  it('name tests that there are for what they promise', async () => {
    const text = (await readFile(join(root, 'docs/promises.md'), 'utf8')).replace(/\s+/g, ' ');
    const named = [...text.matchAll(/\]\(\.\.\/(test\/[^)]+)\)((?:,? "[^"]+")+)/g)].flatMap(
      ([, file, titles]) =>
        [...(titles ?? '').matchAll(/"([^"]+)"/g)].map(([, title]) => ({
          file: file ?? '',
          title: title ?? '',
        })),
    );
    const missing = await Promise.all(
      named.map(async ({ file, title }) => {
        const source = await readFile(join(root, file), 'utf8');
        return source.includes(title) ? [] : [`${file} has no "${title}"`];
      }),
    );
    expect(missing.flat()).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
    // A test that is linked without its title would be held by nothing.
    expect(text.match(/\]\(\.\.\/test\/[^)]+\)(?! ")/g)).toBeNull();
  });

  it('quote the demo as it is', async () => {
    const text = await readFile(join(root, 'README.md'), 'utf8');
    const titles = [...text.matchAll(/^(\d+)\. (.+)$/gm)].map(([, number, title]) => [Number(number), title]);
    expect(titles.length).toBeGreaterThan(1);
    expect(titles).toEqual(titles.map(([number]) => [number, SCENARIO[Number(number) - 1]?.title]));
    const steps = await Promise.all(
      (await filesIn('local/demo', '.ts')).map((file) => readFile(join(root, file), 'utf8')),
    );
    const checks = [...text.matchAll(/^ {2}✓ (.+)$/gm)].map(([, check]) => check ?? '');
    // Numbers are counted by the steps.
    const plain = (quoted: string): string => quoted.replace(/\$\{[^}]*\}|\d+/g, '#');
    expect(checks.filter((check) => !steps.some((step) => plain(step).includes(plain(check))))).toEqual([]);
  });

  it('name the concurrency that the stack reserves', async () => {
    const { functions } = await readServerless(join(root, 'serverless.yml'));
    const reserved = functions.reduce((sum, one) => sum + (one.reservedConcurrency ?? 0), 0);
    const text = (await readFile(join(root, 'docs/install-aws.md'), 'utf8')).replace(/\s+/g, ' ');
    expect(text).toContain(`reserves ${reserved} concurrent executions`);
    expect(text).toContain(`limit must be ${reserved + 100} or more`);
  });

  it('explain messages that there are', async () => {
    const source = await sources();
    const text = await readFile(join(root, 'docs/troubleshooting.md'), 'utf8');
    const messages = [...text.matchAll(/^\| `([^`]{20,})`/gm)].flatMap(([, message]) => message ?? []);
    const unknown = messages
      .filter((message) => !OF_OTHERS.some((others) => message.startsWith(others)))
      // The name of the service is a parameter of its message.
      .flatMap((message) => message.split(/…|200 with text\/html|^[A-Z][\w ]+(?= is out of reach)/))
      .map((part) => part.replace(/[\s"'().]+$|^[\s"'().]+/g, ''))
      .filter((part) => part.length >= 10 && !source.includes(part));
    expect(messages.length).toBeGreaterThan(20);
    expect(unknown).toEqual([]);
  });
});
