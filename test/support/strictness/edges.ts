import fc from 'fast-check';
import type { Given } from '../../faults/harness/shapes.ts';
import { anyCharacter } from '../any-character.ts';
import { anyCron } from '../random-cron.ts';

/** Texts at the edges of what a component allows, and beyond. */
const edges = (pattern: RegExp, ...values: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(fc.constantFrom<unknown>(...values), fc.stringMatching(pattern));

const LABEL_KEYS = ['team', 'example.org/team', `${'a.'.repeat(126)}a/b`, `${'a.'.repeat(127)}a/b`];
const RESERVED = [
  'tekton.dev/a',
  'x.k8s.io/a',
  'notk8s.io/a',
  'velero.io/a',
  'a/b/c',
  '/a',
  'a/',
  '-a',
  'A/b',
];
const IMAGES = ['a', 'r.example:5000/a/b:1', `a/${'b'.repeat(253)}`, `a/${'b'.repeat(254)}`];
const DIGEST = `@sha256:${'0'.repeat(64)}`;

/** Values at the edges of each component of the OpenAPI document that has a form of its own. */
export const EDGES: Given = {
  Size: edges(
    /^\d{1,16}([KMGTQm](i|B|iB)?)?$/,
    ...['4M', '3M', '4194303', '4194304', '4096K', '4095K', '04M', '0G', '1Gi', '909T', '910T', '931322G'],
    ...['931323G', '953674316M', '953674317M', '976562499999K', '976562500000K', '999999999999999'],
    ...[4_194_303, 4_194_304, 999_999_999_999_999, 1_000_000_000_000_000, 9_007_199_254_740_990, 4194304.5],
  ),
  Cpu: edges(
    /^\d{0,8}(m|\.\d{0,4})?$/,
    ...['0m', '0', '00.000', '0.001', '9999.999', '10000', '9999999m', '.5', '5.', 0, 0.001, 0.0001, 1e-7],
    ...[9999, 9999.999, 10_000, -1, 0.57, 1e21],
  ),
  Duration: edges(
    /^(\d{1,7}h)?(\d{1,9}m)?(\d{1,10}s)?$/,
    ...['0s', '1h30m', '', '30', '999999999s', '1000000000s', '999999h', '1m1h', '16666667m'],
  ),
  Timeout: edges(
    /^(\d{1,5}h)?(\d{1,7}m)?(\d{1,9}s)?$/,
    ...['0s', '0h0m0s', '1s', '8760h', '8761h', '8759h60m', '31536000s', '31536001s', '', '999999999s'],
  ),
  Cron: fc.oneof(
    anyCron,
    edges(
      /^[@*?\dhlw#,/ \t-]{1,12}$/,
      ...['@daily', ' @DAILY ', '@every 1h', '@x', '0 0 30 2 *', '5-1 * * * *', '* * * * * *', '*  *\t* * *'],
      ...[
        '',
        ' ',
        `${'0,'.repeat(252)}0 * * * *`,
        `${'0,'.repeat(253)}0 * * * *`,
        '0 0 ? * SUN-7',
        '0 0 L * *',
      ],
    ),
  ),
  DateAndTime: edges(
    /^(1970|2026|2199)-\d\d-\d\d[T ]\d\d:\d\d$/,
    ...[
      '2026-12-24 02:00',
      '2026-12-24T02:00:00',
      '1970-01-01 00:00',
      '2199-12-31 23:59',
      '2200-01-01 00:00',
    ],
    ...['2028-02-29 00:00', '2026-02-29 00:00', '2026-12-24 24:00', '2026-12-24', '2026-12-24T02:00Z', ''],
  ),
  TimeZone: edges(
    /^[A-Za-z][A-Za-z0-9_+/-]{0,5}$/,
    ...[
      'UTC',
      'europe/berlin',
      'Etc/GMT+5',
      '+02:00',
      'Europe/Nowhere',
      '',
      'America/Argentina/ComodRivadavia',
    ],
  ),
  FieldPath: edges(
    /^(metadata|spec|status)\.(name|uid|labels|podIPs?|nodeName)(\['[a-z./]{0,5}'\])?$/,
    ...[...LABEL_KEYS, ...RESERVED].map((key) => `metadata.annotations['${key}']`),
  ),
  LabelKey: edges(/^[a-zA-Z./_-]{0,6}$/, ...LABEL_KEYS, ...RESERVED),
  Image: edges(
    /^[a-z0-9._:/@-]{0,9}$/,
    ...[...IMAGES, ...IMAGES.map((name) => `${name}:t`), ...IMAGES.map((name) => `${name}:t${DIGEST}`)],
  ),
  ObjectName: edges(/^[a-z0-9.-]{0,6}$/, 'a.b', 'a'.repeat(253), 'a'.repeat(254), 'A'),
  SecretName: edges(
    /^[a-z0-9.-]{0,6}$/,
    'a'.repeat(254),
    'taskbridge-build',
    'a-taskbridge-event',
    'xtaskbridge-event',
  ),
  EnvName: edges(/^[A-Za-z0-9_.-]{0,6}$/, 'TASKBRIDGE_A', 'a'.repeat(249), 'a'.repeat(250), 'a'.repeat(257)),
  Command: fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 9 }),
    fc.constantFrom(
      '\0',
      ' \n\u3000',
      'é'.repeat(32_769),
      'a'.repeat(65_536),
      'a'.repeat(65_537),
      '\ud800',
      '😀',
    ),
  ),
  '.rebuild': fc.oneof(
    fc.constantFrom('한'.repeat(64), '😀'.repeat(64), '😀'.repeat(65), 'a\0'),
    fc.string(),
  ),
  '.pattern': fc.oneof(
    fc.constantFrom<unknown>(
      ...[
        {},
        { source: ['a'] },
        { source: [] },
        { source: 'a' },
        { detail: { a: [1] } },
        { source: ['a'], a: 1 },
      ],
      ...[{ $or: [{ source: ['a'] }, { source: ['b'] }] }, { $or: [{ source: ['a'] }] }, { source: [1e300] }],
    ),
    fc.dictionary(fc.constantFrom('source', 'detail', '$or', 'a'), fc.jsonValue({ maxDepth: 2 })),
  ),
};
