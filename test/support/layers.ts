import { posix } from 'node:path';
import { importsOf, readsEnvironment } from './source-text.ts';

/**
 * What the files of a layer may import: folders and files of this repository, and packages by name. `here` is the
 * file's own folder.
 */
type Layer = { readonly in: string; readonly may: readonly string[]; readonly packages: readonly string[] };

const SHARED_BY_ADAPTERS = ['lib/adapters/retry.ts', 'lib/adapters/time-limit.ts'];

/** What the console's schedule editor says is what the functions do. */
const CRON = [
  'lib/domain/cron.ts',
  'lib/domain/cron-describe.ts',
  'lib/domain/errors.ts',
  'lib/domain/occurrences.ts',
  'lib/domain/zone.ts',
];

/** The directions of DESIGN.md, the innermost layer first; a file belongs to the first layer that holds it. */
const LAYERS: readonly Layer[] = [
  {
    in: 'lib/domain/',
    may: ['lib/domain/'],
    packages: ['valibot', 'node:crypto', 'cron-parser', 'cronstrue'],
  },
  { in: 'lib/telling.ts', may: [], packages: [] },
  { in: 'lib/eventbridge-ports.ts', may: ['lib/domain/'], packages: [] },
  { in: 'lib/build-ports.ts', may: ['lib/domain/'], packages: [] },
  {
    in: 'lib/ports.ts',
    may: ['lib/domain/', 'lib/build-ports.ts', 'lib/eventbridge-ports.ts', 'lib/telling.ts'],
    packages: [],
  },
  {
    in: 'lib/actions/',
    may: ['lib/domain/', 'lib/build-ports.ts', 'lib/ports.ts', 'lib/telling.ts', 'lib/actions/'],
    packages: ['p-limit'],
  },
  {
    in: 'lib/adapters/retry.ts',
    may: ['lib/domain/errors.ts', 'lib/adapters/time-limit.ts'],
    packages: ['node:timers/promises', 'p-retry'],
  },
  { in: 'lib/adapters/time-limit.ts', may: [], packages: [] },
  {
    in: 'lib/adapters/kubernetes/',
    may: ['lib/domain/', 'lib/ports.ts', 'lib/config.ts', ...SHARED_BY_ADAPTERS, 'here'],
    packages: [
      '@kubernetes/client-node',
      'p-limit',
      'valibot',
      'node:fs/promises',
      'node:http',
      'node:https',
      'node:readline',
      'node:util',
    ],
  },
  {
    in: 'lib/adapters/aws/',
    may: [
      'lib/domain/',
      'lib/build-ports.ts',
      'lib/ports.ts',
      'lib/telling.ts',
      'lib/config.ts',
      ...SHARED_BY_ADAPTERS,
      'here',
    ],
    packages: ['@aws-sdk/client-eventbridge', 'aws4fetch', 'node:util', 'valibot'],
  },
  {
    in: 'lib/http/',
    may: ['lib/domain/', 'lib/ports.ts', 'lib/http/'],
    packages: ['valibot', 'aws-lambda'],
  },
  {
    in: 'lib/events/',
    may: ['lib/domain/', 'lib/ports.ts', 'lib/telling.ts', 'lib/events/'],
    packages: ['valibot'],
  },
  { in: 'lib/config.ts', may: ['lib/domain/'], packages: ['valibot'] },
  { in: 'lib/metrics.ts', may: ['lib/telling.ts'], packages: [] },
  { in: 'lib/log.ts', may: ['lib/telling.ts'], packages: [] },
  {
    in: 'lib/wiring.ts',
    may: [
      'lib/adapters/',
      'lib/build-ports.ts',
      'lib/config.ts',
      'lib/domain/',
      'lib/log.ts',
      'lib/metrics.ts',
      'lib/ports.ts',
    ],
    packages: ['node:crypto', 'node:timers/promises'],
  },
  {
    in: 'functions/',
    may: ['lib/actions/', 'lib/http/', 'lib/events/', 'lib/domain/', 'lib/wiring.ts'],
    packages: ['valibot'],
  },
  // What clients of the HTTP API share; it runs in Node and in a browser.
  { in: 'client/', may: ['client/'], packages: ['valibot'] },
  {
    in: 'console/',
    may: ['console/', 'client/', ...CRON],
    packages: ['preact', 'preact/hooks', 'valibot'],
  },
  {
    in: 'cli/',
    may: ['cli/', 'client/', 'package.json'],
    packages: [
      '@aws-sdk/credential-provider-node',
      'aws4fetch',
      'cli-truncate',
      'commander',
      'fflate',
      'ignore',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:http',
      'node:https',
      'node:os',
      'node:path',
      'node:readline/promises',
      'node:stream',
      'node:stream/consumers',
      'node:stream/promises',
      'node:timers/promises',
      'node:util',
      'p-retry',
      'string-width',
      'tar-stream',
      'valibot',
      'yaml',
      'yauzl',
    ],
  },
];

/** The files that read the environment: of the functions, and of the command line. */
const ENVIRONMENT_READERS: readonly string[] = ['lib/config.ts', 'cli/main.ts'];

/** What a file does against the directions, in words; `path` is the file's, from the repository's root. */
export function violations(path: string, source: string): string[] {
  const layer = LAYERS.find(({ in: place }) => path.startsWith(place));
  if (layer === undefined) return [`${path} is in no layer`];
  const wrong = importsOf(source).filter((name) => !isAllowed(layer, path, name));
  return [
    ...wrong.map((name) => `${path} imports ${targetOf(path, name)}`),
    ...(!ENVIRONMENT_READERS.includes(path) && readsEnvironment(source)
      ? [`${path} reads the environment`]
      : []),
  ];
}

/** What of `folders` a file imports. */
export const importsFrom = (path: string, source: string, folders: readonly string[]): string[] =>
  importsOf(source)
    .map((name) => targetOf(path, name))
    .filter((target) => folders.some((folder) => target.startsWith(folder)))
    .map((target) => `${path} imports ${target}`);

const targetOf = (path: string, name: string): string =>
  name.startsWith('.') ? posix.join(posix.dirname(path), name) : name;

function isAllowed({ may, packages }: Layer, path: string, name: string): boolean {
  if (!name.startsWith('.')) return packages.includes(name);
  const target = targetOf(path, name);
  const places = may.map((place) => (place === 'here' ? `${posix.dirname(path)}/` : place));
  return places.some((place) => (place.endsWith('/') ? target.startsWith(place) : target === place));
}
