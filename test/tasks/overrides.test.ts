import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from '../../lib/platform/schema.ts';
import { argumentsOf } from '../../lib/tasks/arguments.ts';
import { Args, mergeVariables, overridesOf, parseOverrides, Timeout } from '../../lib/tasks/overrides.ts';
import { holdsFor } from '../support/property.ts';

const messages = (schema: Parameters<typeof parse>[0], value: unknown) => {
  const parsed = parse(schema, value, 'field');
  return parsed.ok ? [] : parsed.errors.map(({ message }) => message);
};

describe('overrides of one run', () => {
  it.each([
    [{}, undefined],
    [{ env: [], args: [] }, undefined],
    [{ env: [{ name: 'A', value: 'secret' }] }, { env: ['A'] }],
    [
      { args: ['secret', 'x'], timeout: 90 },
      { args: 2, timeout: '90s' },
    ],
  ])('%j are shown as %j', (given, shown) => {
    expect(overridesOf(given)).toEqual(shown);
  });

  it.each([undefined, '', 'no JSON', '[]', '"a"', '{"env":"A"}', '{"args":"2"}', '{"env":[1]}'])(
    'in the annotation %j, which somebody else wrote, are none',
    (text) => {
      const parsed = parseOverrides(text);
      expect(parsed?.env ?? parsed?.args).toBeUndefined();
    },
  );

  it('are read as they were written', () => {
    const shown = overridesOf({ env: [{ name: 'A' }], args: [''], timeout: 1 });
    expect(parseOverrides(JSON.stringify(shown))).toEqual(shown);
  });
});

describe('variables', () => {
  const list = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('A', 'B', 'C', 'constructor'), value: fc.string() }),
    { selector: ({ name }) => name },
  );

  it('that are merged have each name once, with the value of the last that has it', () =>
    holdsFor(
      500,
      fc.property(list, list, (before, after) => {
        const merged = mergeVariables(before, after);
        const expected = new Map([...before, ...after].map(({ name, value }) => [name, value]));
        assert.deepEqual(new Map(merged.map(({ name, value }) => [name, value])), expected);
        assert.equal(merged.length, expected.size);
      }),
    ));
});

describe('limits', () => {
  it.each([
    ['1s', []],
    ['8760h', []],
    ['0s', ['It is 0: at least 1s, or leave it out.']],
    ['8761h', ['31539600s is too long: at most 8760h.']],
    ['soon', ['"soon" is not a length of time: write 90s, 30m or 1h30m.']],
  ])('of a timeout: %s', (text, problems) => {
    expect(messages(Timeout, text)).toEqual(problems);
  });

  it.each([
    ['64 arguments', Array(64).fill('a'), []],
    ['arguments of 64 KiB together', ['한'.repeat(21_845), 'a'], []],
    [
      'one byte more',
      ['한'.repeat(21_845), 'ab'],
      ['The arguments have more than 65536 bytes in UTF-8 together; that many are allowed.'],
    ],
    ['a text', 'a b', ['"a b" is not a list.']],
  ])('of arguments: %s', (_, args, problems) => {
    expect(messages(Args, args)).toEqual(problems);
  });
});

describe('arguments after a command', () => {
  const SCRIPT = ['set -- "$TASKBRIDGE_ARG_1" "$TASKBRIDGE_ARG_2"; $(COMMAND) "$@"'];
  const PLAIN = ['$(COMMAND)', '$(TASKBRIDGE_ARG_1)', '$(TASKBRIDGE_ARG_2)'];

  it.each([
    [undefined, SCRIPT],
    [['/bin/sh', '-c'], SCRIPT],
    [['bash', '-lc'], SCRIPT],
    [['/usr/bin/env', 'bash', '-euc'], SCRIPT],
    [['/sbin/tini', '--', '/bin/ash', '-c'], SCRIPT],
    [['busybox', 'sh', '-c'], SCRIPT],
    [['/cnb/lifecycle/launcher'], SCRIPT],
    [['/cnb/lifecycle/launcher', '--'], PLAIN],
    [['/bin/sh', '-c', 'exec "$@"', 'sh'], PLAIN],
    [['python3', '-c'], PLAIN],
    [['node'], PLAIN],
    [['/bin/sh'], PLAIN],
    [['finish', '-c'], PLAIN],
  ])('of the entrypoint %j', (entrypoint, expected) => {
    expect(argumentsOf({ image: 'a', entrypoint }, '$(COMMAND)', 2)).toEqual(expected);
    expect(argumentsOf({ image: 'a', entrypoint }, '$(COMMAND)', 0)).toEqual(['$(COMMAND)']);
  });
});
