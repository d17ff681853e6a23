/** A rule that no schema of the document expresses: a value that breaks it alone, and the code's message. */
type Beyond = {
  readonly reason: string;
  readonly part: string;
  readonly value: unknown;
  readonly message: RegExp;
};

const APP = 'PUT /v1/spaces/{space}/apps/{app} body';
const TASK = 'POST /v1/spaces/{space}/apps/{app}/tasks body';
const JOB = 'POST /v1/spaces/{space}/jobs body';
const SCHEDULE = 'PUT /v1/spaces/{space}/jobs/{job}/schedule body';
const BACKFILL = 'POST /v1/spaces/{space}/jobs/{job}/backfill body';
const TRIGGER = 'PUT /v1/spaces/{space}/jobs/{job}/trigger body';

const app = (more: object) => ({ image: 'a', ...more });
const triggerOn = (more: object) => ({ pattern: { source: ['a'], ...more } });
const nested = (levels: number): unknown => (levels === 0 ? [] : { a: nested(levels - 1) });
const variables = (kind: string) =>
  Array.from({ length: 51 }, (_, at) => ({
    name: `A${at}`,
    valueFrom: { [kind]: { name: `a${at}`, key: 'k' } },
  }));

/** Everything that the code refuses although the document takes it, each with its reason. */
export const BEYOND_SCHEMAS: readonly Beyond[] = [
  {
    reason: 'the years that have a 29 February',
    part: BACKFILL,
    value: { from: '2026-02-29' },
    message: /^"\d{4}-02-29.*" is not allowed: its year has no 29 February\.$/,
  },
  {
    reason: 'the years that have a 29 February, of a time',
    part: SCHEDULE,
    value: { at: '2026-02-29 00:00' },
    message: /^"\d{4}-02-29.*" is no date and time: write /,
  },
  {
    reason: 'the times that a zone skips',
    part: JOB,
    value: { name: 'a', app: 'a', schedule: { at: '2027-03-28 02:30', timeZone: 'Europe/Berlin' } },
    message: / is skipped in .+: write /,
  },
  {
    reason: 'lengths in bytes; maxLength counts characters, and is the limit of ASCII text',
    part: TASK,
    value: { command: 'é'.repeat(32_769) },
    message: /^\d+ bytes; at most \d+ are allowed\.$/,
  },
  {
    reason:
      'texts have no half of a surrogate pair; a pattern that says so is no valid one in other languages',
    part: TASK,
    value: { name: '\ud800' },
    message: /^It holds half of a surrogate pair/,
  },
  {
    reason: 'the size of a body in bytes',
    part: APP,
    value: app({
      env: Array.from({ length: 5 }, (_, at) => ({ name: `A${at}`, value: 'a'.repeat(60_000) })),
    }),
    message: /^The body has \d+ bytes; at most 262144 are allowed\.$/,
  },
  {
    reason: 'the depth of a body',
    part: TRIGGER,
    value: triggerOn({ detail: nested(40) }),
    message: /^The body is nested too deep/,
  },
  {
    reason: 'numbers anywhere in a pattern, which are kept exactly',
    part: TRIGGER,
    value: triggerOn({ detail: { n: [1e20] } }),
    message: /^It has a number beyond 9007199254740991/,
  },
  {
    reason: 'the length of a pattern as JSON',
    part: TRIGGER,
    value: triggerOn({ detail: { text: ['a'.repeat(2_048)] } }),
    message: /^More than 2048 characters as JSON/,
  },
  {
    reason: "the stage's own events are of one space: detail.space depends on source",
    part: TRIGGER,
    value: { pattern: { source: ['taskbridge.test'] } },
    message: /^Events of "taskbridge\.test" are about every space/,
  },
  {
    reason: 'names that are unique within a list; uniqueItems compares whole items',
    part: APP,
    value: app({ env: [{ name: 'A' }, { name: 'A', value: 'a' }] }),
    message: /^"[^"]*" is there twice; give each name once\.$/,
  },
  {
    reason: 'the number of different Secrets of a list',
    part: APP,
    value: app({ env: variables('secretKeyRef') }),
    message: /^More than 50 different Secrets/,
  },
  {
    reason: 'the number of different ConfigMaps of a list',
    part: APP,
    value: app({ env: variables('configMapKeyRef') }),
    message: /^More than 50 different ConfigMaps/,
  },
  {
    reason: 'the sum of the parts of a duration',
    part: APP,
    value: app({ taskTimeout: '999999h' }),
    message: /is too long: at most 999999999s are allowed\.$/,
  },
  {
    reason: 'the sum of the parts of a timeout',
    part: TASK,
    value: { timeout: '8761h' },
    message: /is too long: at most 8760h\.$/,
  },
  {
    reason: 'the bytes of all arguments together',
    part: TASK,
    value: { args: ['a'.repeat(65_536), 'a'] },
    message: /^The arguments have more than 65536 bytes/,
  },
  {
    reason: 'the bytes of all values of a job or a run together',
    part: TASK,
    value: {
      env: [
        { name: 'A', value: 'a'.repeat(65_536) },
        { name: 'B', value: 'a' },
      ],
    },
    message: /^The values have more than 65536 bytes/,
  },
  {
    reason: 'the length of a cron with H, which is half of the others',
    part: SCHEDULE,
    value: { cron: `H${',H'.repeat(130)} * * * *` },
    message: /^\d+ characters; at most 256 are allowed with H\.$/,
  },
  {
    reason: 'the names of macros, in upper and lower case',
    part: SCHEDULE,
    value: { cron: '@minutely' },
    message: /^"@[A-Za-z]+" is not allowed: write /,
  },
  {
    reason: 'the values of each field of a cron, by its place',
    part: SCHEDULE,
    value: { cron: '0 24 * * *' },
    message: /^(minute|hour|day of month|month|day of week) "/,
  },
  {
    reason: 'days that a month has',
    part: SCHEDULE,
    value: { cron: '0 0 30 2 *' },
    message: / never fires: no month /,
  },
  {
    reason: 'the names of time zones, which change with the zone database',
    part: SCHEDULE,
    value: { cron: '@daily', timeZone: 'Europe/Nowhere' },
    message: /is no time zone: write /,
  },
];

/** Messages of {@link BEYOND_SCHEMAS}. */
export const patternsBeyond: readonly RegExp[] = BEYOND_SCHEMAS.map(({ message }) => message);
