import { posix } from 'node:path';
import { importsOf, readsEnvironment } from './source-text.ts';

/** Imports that a file may have: files by pattern, and packages by name. `here` is the room of the file. */
type Layer = {
  readonly files: RegExp;
  readonly may: readonly (RegExp | 'here')[];
  readonly packages: readonly string[];
};

/** Rooms of features. The reconcile uses them and nothing uses it. */
const ROOMS = 'apps|tasks|jobs|schedules|events|builds';

/** Files of a room that call the cluster or AWS. All others are pure or speak through ports. */
const REPOSITORY = new RegExp(`^lib/(${ROOMS})/(repository[a-z-]*|bus)\\.ts$`);

/** Main files of rooms, which other rooms use. */
const MAIN = new RegExp(`^lib/(${ROOMS})/(?!repository|bus\\.ts)`);

/** Parts of the platform that do I/O. */
const PLATFORM_IO = /^lib\/platform\/(kubernetes\/|aws\/|retry\.ts|config\.ts|metrics\.ts|wiring)/;

/** Parts of the platform that any room may use. */
const PLATFORM = /^lib\/platform\/(?!kubernetes\/|aws\/|retry\.ts|config\.ts|metrics\.ts|wiring)/;

/** The schedule editor of the console checks and describes a cron with the code of the functions. */
const CRON = /^lib\/(schedules\/(at|cron|describe|hashed-cron|occurrences|zones)|platform\/errors)\.ts$/;

/** The command line reads JSON as the functions do. */
const JSON_TEXT = /^lib\/platform\/json\.ts$/;

/** The import of jobs, and a file of jobs, are judged as the functions do. */
const JOB =
  /^lib\/(jobs\/(job|applied-job|job-schedule)|platform\/(errors|schema|quantities)|schedules\/cron-fields)\.ts$/;

const PURE = ['valibot', 'cron-parser', 'cronstrue'];
const IO = [
  '@kubernetes/client-node',
  '@aws-sdk/client-eventbridge',
  'aws4fetch',
  'node:http',
  'node:util',
  'valibot',
];

/** Directions of ARCHITECTURE.md. A file belongs to the first layer whose pattern it matches. */
const LAYERS: readonly Layer[] = [
  {
    files: /^lib\/platform\/wiring/,
    may: [/^lib\/(?!reconcile\/|http\/|lambda\/)/],
    packages: ['node:crypto', 'node:timers/promises'],
  },
  {
    files: PLATFORM_IO,
    may: [/^lib\/platform\/(?!wiring)/],
    packages: [
      ...IO,
      'node:crypto',
      'node:fs/promises',
      'node:https',
      'node:stream',
      'node:timers/promises',
      'node:zlib',
      'p-limit',
      'p-retry',
    ],
  },
  { files: PLATFORM, may: [PLATFORM], packages: ['valibot', 'node:crypto', 'p-limit'] },
  {
    files: REPOSITORY,
    may: ['here', MAIN, /^lib\/platform\/(?!wiring)/],
    packages: IO,
  },
  { files: MAIN, may: [MAIN, PLATFORM], packages: PURE },
  { files: /^lib\/reconcile\//, may: ['here', MAIN, PLATFORM], packages: [] },
  { files: /^lib\/http\//, may: ['here', MAIN, PLATFORM], packages: ['valibot', 'aws-lambda'] },
  { files: /^lib\/lambda\//, may: ['here', MAIN, PLATFORM], packages: ['valibot'] },
  {
    files: /^functions\//,
    may: [
      MAIN,
      PLATFORM,
      /^lib\/(http|lambda)\//,
      /^lib\/platform\/wiring\.ts$/,
      /^lib\/reconcile\/(reconcile|context)\.ts$/,
    ],
    packages: ['valibot'],
  },
  // Client of the HTTP API that command line and console share; it runs in Node and in a browser.
  { files: /^cli\/api\//, may: [/^cli\/api\//], packages: ['valibot'] },
  {
    files: /^console\//,
    may: [/^console\//, /^cli\/api\//, CRON],
    packages: ['preact', 'preact/hooks', 'valibot'],
  },
  {
    files: /^cli\//,
    may: [/^cli\//, /^package\.json$/, JSON_TEXT, JOB],
    packages: [
      '@aws-sdk/credential-provider-node',
      'aws4fetch',
      'cli-truncate',
      'commander',
      'diff',
      'fflate',
      'http-proxy-agent',
      'https-proxy-agent',
      'ignore',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:http',
      'node:https',
      'node:net',
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

/** Files that read the environment: of the functions, and of the command line. */
const ENVIRONMENT_READERS: readonly string[] = ['lib/platform/config.ts', 'cli/main.ts'];

/** Breaches of the directions in a file, in words; `path` is the file's, from the repository's root. */
export function violations(path: string, source: string): string[] {
  const layer = LAYERS.find(({ files }) => files.test(path));
  if (layer === undefined) return [`${path} is in no layer`];
  const wrong = importsOf(source).filter((name) => !isAllowed(layer, path, name));
  const reads = !ENVIRONMENT_READERS.includes(path) && readsEnvironment(source);
  return [
    ...wrong.map((name) => `${path} imports ${targetOf(path, name)}`),
    ...(reads ? [`${path} reads the environment`] : []),
  ];
}

/** Imports of a file from `folders`, in words. */
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
  const room = path.split('/').slice(0, 2).join('/');
  return may.some((place) => (place === 'here' ? target.startsWith(`${room}/`) : place.test(target)));
}
