import { describe, expect, it } from '@jest/globals';
import {
  childName,
  hashOf,
  idempotentId,
  Name,
  ObjectName,
  taskId,
  taskName,
} from '../../lib/platform/names.ts';
import { parse } from '../../lib/platform/schema.ts';

const messageOf = (schema: typeof Name | typeof ObjectName, value: unknown): string | undefined => {
  const parsed = parse(schema, value, 'name');
  return parsed.ok ? undefined : parsed.errors.map(({ message }) => message).join('; ');
};

describe('Name', () => {
  it.each([
    ['a letter', 'a'],
    ['a digit first', '9-lives'],
    ['63 characters', 'a'.repeat(63)],
  ])('takes %s', (_, name) => {
    expect(messageOf(Name, name)).toBeUndefined();
  });

  it.each([
    ['capitals', 'Billing'],
    ['64 characters', 'a'.repeat(64)],
    ['a dot', 'billing.v2'],
    ['a hyphen first', '-billing'],
    ['a hyphen last', 'billing-'],
    ['an underscore', 'my_app'],
    ['no character', ''],
    ['a newline at the end', 'billing\n'],
    ['a letter that only looks like one of ours', 'bıllıng'],
  ])('refuses %s with the value and the rule', (_, name) => {
    expect(messageOf(Name, name)).toBe(
      `${JSON.stringify(name)} is not allowed: lower-case letters, digits and "-", beginning and ending with a ` +
        'letter or digit, at most 63 characters.',
    );
  });

  it.each([
    ['a number', 7, '7 is not a text.'],
    ['null', null, 'null is not a text.'],
  ])('refuses %s', (_, value, message) => {
    expect(messageOf(Name, value)).toBe(message);
  });
});

describe('ObjectName', () => {
  it.each(['orders-binding', 'orders.v2', `${'a'.repeat(63)}.${'b'.repeat(63)}`])('takes %s', (name) => {
    expect(messageOf(ObjectName, name)).toBeUndefined();
  });

  it.each(['Orders', 'orders..v2', '.orders', 'orders/../other', 'a'.repeat(254)])('refuses %s', (name) => {
    expect(messageOf(ObjectName, name)).toContain('lower-case letters, digits, "-" and ".", at most 253');
  });
});

describe('taskName', () => {
  it('is the name of the app and the id', () => {
    expect(taskName('billing', 'bcdfg')).toBe('billing-bcdfg');
  });

  it('is not shortened up to 54 characters', () => {
    const app = 'a'.repeat(48);
    expect(taskName(app, 'bcdfg')).toBe(`${app}-bcdfg`);
    expect(taskName(app, 'bcdfg')).toHaveLength(54);
  });

  it.each([
    ['one character too long', 'a'.repeat(49), 'bcdfg'],
    ['as long as names may be', 'a'.repeat(63), 'bcdfg'],
    ['cut at a hyphen', `${'a'.repeat(38)}-${'b'.repeat(20)}`, 'bcdfg'],
    ['with the id of an Idempotency-Key', 'a'.repeat(60), '0123456789ab'],
  ])('has 54 characters at most and ends with the id: %s', (_, app, id) => {
    const name = taskName(app, id);
    expect(name.length).toBeLessThanOrEqual(54);
    expect(name).toMatch(new RegExp(`^a+-[0-9a-f]{8}-${id}$`));
    expect(messageOf(Name, name)).toBeUndefined();
  });

  it('differs for long names that begin alike', () => {
    const [one, other] = [`${'a'.repeat(60)}-1`, `${'a'.repeat(60)}-2`];
    expect(taskName(one, 'bcdfg')).not.toBe(taskName(other, 'bcdfg'));
  });

  it('is the same each time', () => {
    expect(taskName('a'.repeat(63), 'bcdfg')).toBe(`${'a'.repeat(39)}-2cc7e91b-bcdfg`);
  });
});

describe('ids', () => {
  it('of random bytes have five letters that spell no word', () => {
    expect(taskId(Uint8Array.of(0, 19, 20, 255, 1))).toBe('bzbtc');
    expect(taskId(new Uint8Array(32))).toBe('bbbbb');
  });

  it('of an Idempotency-Key differ by verb, app and key, and by nothing else', () => {
    const id = idempotentId('run-task', 'billing', 'order-1');
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(idempotentId('run-task', 'billing', 'order-1')).toBe(id);
    const others = [
      idempotentId('run-job', 'billing', 'order-1'),
      idempotentId('run-task', 'orders', 'order-1'),
      idempotentId('run-task', 'billing', 'order-2'),
    ];
    expect(others).not.toContain(id);
  });

  it('come from parts that do not run into each other', () => {
    expect(hashOf(['a', 'bc'], 12)).not.toBe(hashOf(['ab', 'c'], 12));
    expect(hashOf(['a,b'], 12)).not.toBe(hashOf(['a', 'b'], 12));
  });
});

const SIXTY = 'a-very-long-application-name-that-goes-on-and-on-for-60-char';

/** The hashed names were recorded with Tekton 1.9 on a real cluster. */
describe('childName', () => {
  it.each([
    ['a short parent', 'billing-x2k4p', '-task', 'billing-x2k4p-task'],
    ['exactly 63 characters', 'p'.repeat(58), '-task', `${'p'.repeat(58)}-task`],
    ['a parent of 60', SIXTY, '-task', 'a-very-long-application-na60751b3ef313018ad54d57a049555aea-task'],
    [
      'a parent that is hashed already',
      'a-very-long-application-na60751b3ef313018ad54d57a049555aea-task',
      '-pod',
      'a-very-long-application-na673485f1943c25c8dc942e954d4439209-pod',
    ],
    [
      'a suffix that leaves no room',
      'fiftyfive-characters-are-one-too-many-for-two-suffixes-x',
      '-a-task-with-a-very-long-name-indeed-yes',
      'fiftyfive-characters-are-one-todc9af8f8408776080382c395654a2a65',
    ],
  ])('%s', (_, parent, suffix, expected) => {
    expect(childName(parent, suffix)).toBe(expected);
  });
});
