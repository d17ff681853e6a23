import { describe, expect, it } from '@jest/globals';
import {
  Cpu,
  Duration,
  formatCpu,
  formatDuration,
  formatSize,
  mebibytes,
  parseCpu,
  parseDuration,
  parseSize,
  Size,
} from '../../lib/platform/quantities.ts';
import { parse } from '../../lib/platform/schema.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

const outcome = (schema: typeof Size | typeof Cpu | typeof Duration, value: unknown): number | string => {
  const parsed = parse(schema, value, 'value');
  return parsed.ok ? parsed.value : parsed.errors.map(({ message }) => message).join('; ');
};

describe('a size', () => {
  it.each([
    ['256M', 256 * MiB],
    ['512MB', 512 * MiB],
    ['1G', GiB],
    ['1GB', GiB],
    ['2T', 2 * 1024 * GiB],
    ['8192K', 8 * MiB],
    ['256Mi', 256 * MiB],
    ['256MiB', 256 * MiB],
    ['1Gi', GiB],
    ['4M', 4 * MiB],
    ['134217728', 128 * MiB],
    [134217728, 128 * MiB],
  ])('%j is %d bytes', (size, bytes) => {
    expect(outcome(Size, size)).toBe(bytes);
  });

  it.each([
    ['an unknown unit', '12Q'],
    ["Kubernetes' thousandths", '256m'],
    ['no unit and no number', ''],
    ['a negative number', '-1'],
    ['a negative size', '-256M'],
    ['an exponent', '1e3'],
    ['a fraction', '1.5G'],
    ['a space', '256 M'],
    ['a small unit', '256mi'],
    ['a second line', '256M\n'],
    ['a number that is not whole', 0.5],
    ['a negative JSON number', -1],
    ['nothing', null],
    ['a list', ['256M']],
    ['less than a runtime starts', '3M'],
    ['0', '0'],
    ['more than can be counted', '999999999999999T'],
  ])('refuses %s', (_, size) => {
    expect(outcome(Size, size)).toBe(
      `${JSON.stringify(size)} is not a size: write 256M or 1G as Cloud Foundry does, or 256Mi as Kubernetes does, ` +
        'at least 4M.',
    );
  });

  it.each([
    [256 * MiB, '256Mi'],
    [GiB, '1024Mi'],
    [5_000_000, '5000000'],
  ])('of %d bytes is written %s, which reads as the same', (bytes, written) => {
    expect(formatSize(bytes)).toBe(written);
    expect(parseSize(written)).toBe(bytes);
  });

  it('is rounded up to whole mebibytes', () => {
    expect([mebibytes(256 * MiB), mebibytes(256 * MiB + 1)]).toEqual([256, 257]);
  });
});

describe('processors', () => {
  it.each([
    ['500m', 500],
    ['0.5', 500],
    ['0.001', 1],
    ['2', 2000],
    [2, 2000],
    [0.25, 250],
  ])('%j are %d thousandths', (cpu, milli) => {
    expect(outcome(Cpu, cpu)).toBe(milli);
  });

  it.each(['-1', -1, '0', 0, '0m', '', '1e3', '.5', '500M', '0.5m', '0.0005', 'half', null, true, '99999'])(
    'refuses %j',
    (cpu) => {
      expect(outcome(Cpu, cpu)).toBe(
        `${JSON.stringify(cpu)} is not a number of processors: write 500m, 0.5 or 2.`,
      );
    },
  );

  it.each([
    [500, '500m'],
    [2000, '2'],
  ])('of %d thousandths are written %s', (milli, written) => {
    expect(formatCpu(milli)).toBe(written);
    expect(parseCpu(written)).toBe(milli);
  });
});

describe('a length of time', () => {
  it.each([
    ['0s', 0],
    ['90s', 90],
    ['30m', 1800],
    ['1h30m', 5400],
    ['1h1m1s', 3661],
    ['999999999s', 999_999_999],
  ])('%s is %d seconds', (duration, seconds) => {
    expect(outcome(Duration, duration)).toBe(seconds);
    expect(parseDuration(formatDuration(seconds))).toBe(seconds);
  });

  it.each(['277777h46m40s', '16666667m', '999999h'])('refuses %s, which is too long', (duration) => {
    expect(outcome(Duration, duration)).toBe(`"${duration}" is too long: at most 999999999s are allowed.`);
  });

  it.each(['', '90', 90, '-1s', '1.5h', '30m1h', '500ms', '1d', ' 90s', '90s\n', null])(
    'refuses %j',
    (duration) => {
      expect(outcome(Duration, duration)).toBe(
        `${JSON.stringify(duration)} is not a length of time: write 90s, 30m or 1h30m.`,
      );
    },
  );
});
