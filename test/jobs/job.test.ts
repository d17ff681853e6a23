import { describe, expect, it } from '@jest/globals';
import { isSynced, JobSpec } from '../../lib/jobs/job.ts';
import { parse } from '../../lib/platform/schema.ts';
import { jobOf } from '../support/memory-ports.ts';

const errorsOf = (spec: object) => {
  const parsed = parse(JobSpec, { app: 'billing', ...spec }, 'body');
  return parsed.ok ? [] : parsed.errors.map(({ field, message }) => `${field}: ${message}`);
};
const cron = (text: unknown, timeZone?: string) => errorsOf({ schedule: { cron: text, timeZone } });

describe('a job', () => {
  it('has defaults for absent fields', () => {
    expect(parse(JobSpec, { app: 'billing', schedule: { cron: '@daily' } }, 'body')).toEqual({
      ok: true,
      value: {
        app: 'billing',
        schedule: { cron: '@daily', timeZone: 'UTC' },
        concurrencyPolicy: 'Always',
        suspend: false,
      },
    });
  });

  it('reads Allow as Always', () => {
    expect(parse(JobSpec, { app: 'billing', concurrencyPolicy: 'Allow' }, 'body')).toMatchObject({
      value: { concurrencyPolicy: 'Always' },
    });
  });

  it.each([
    [
      'another policy',
      { concurrencyPolicy: 'Sometimes' },
      /^concurrencyPolicy: "Sometimes" is not allowed: Always/,
    ],
    ['suspend as a text', { suspend: 'yes' }, /^suspend: "yes" is not allowed: true or false\.$/],
    ['a deadline below zero', { startingDeadlineSeconds: -1 }, /a whole number from 0 to 999999999/],
    ['an unknown field', { schedul: '@daily' }, /^schedul: Unknown field; allowed: app, command,/],
    ['a schedule that is a text', { schedule: '0 2 * * *' }, /^schedule: "0 2 \* \* \*" is not an object\.$/],
    ['an empty command', { command: ' ' }, /^command: It is empty/],
    ['an invalid size', { resources: { memory: '1 GB' } }, /^resources\.memory: "1 GB" is not a size/],
  ])('refuses %s', (_, spec, message) => {
    expect(errorsOf(spec)).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ['61 * * * *', /^schedule\.cron: .*61/],
    ['* * * *', /has 4 fields; unix cron has five/],
    ['0 0 2 * * *', /has 6 fields.*write "0 2 \* \* \*"/],
    ['@reboot', /no machine that starts/],
    ['@every 5m', /"\*\/5 \* \* \* \*"/],
    ['0 0 30 2 *', /never fires/],
    ['0 0 * * fri-mon', /fri,sat,sun,mon/],
    ['0 22-2 * * *', /22-23,0-2/],
    ['0 0 L * *', /L/],
    ['0 0 15W * *', /W/],
    ['0 0 * * 1#2', /#/],
    ['H(9-1) * * * *', /H/],
    ['*/0 * * * *', /\*\/0/],
    ['', /^schedule\.cron: It is empty/],
    ['*'.repeat(2000), /2000 characters; at most 512/],
    [5, /^schedule\.cron: 5 is not a text\.$/],
  ])('refuses the cron %p in words', (text, message) => {
    expect(cron(text)).toEqual([expect.stringMatching(message)]);
  });

  it('rejects an unknown zone, and suggests a known one', () => {
    expect(cron('0 2 * * *', 'Mars/Olympus')).toEqual([
      'schedule.timeZone: "Mars/Olympus" is no time zone: write an IANA name such as UTC or Europe/Berlin.',
    ]);
  });
});

describe('isSynced', () => {
  const schedule = { cron: '0 2 * * *', timeZone: 'UTC' };
  const active = { ...schedule, since: new Date(0), driver: 'rules' as const };

  it.each([
    ['no schedule, and none active', {}, {}, true],
    ['the active schedule', { schedule }, { schedule: active }, true],
    ['another cron', { schedule: { ...schedule, cron: '0 3 * * *' } }, { schedule: active }, false],
    ['another zone', { schedule: { ...schedule, timeZone: 'Europe/Berlin' } }, { schedule: active }, false],
    ['a new one', { schedule }, {}, false],
    ['one that was removed', {}, { schedule: active }, false],
    ['a suspended one that is active', { schedule, suspend: true }, { schedule: active }, false],
    ['a suspended one', { schedule, suspend: true }, {}, true],
  ])('%s', (_, spec, status, is) => {
    expect(isSynced(jobOf('nightly', spec, status))).toBe(is);
  });
});
