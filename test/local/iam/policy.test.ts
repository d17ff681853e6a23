import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { allows, Statement } from '../../../local/iam/policy.ts';

const RULES = 'arn:aws:events:us-east-1:000000000000:rule/';
const allow = (Action: unknown, Resource: unknown, more: object = {}) =>
  v.parse(Statement, { Effect: 'Allow', Action, Resource, ...more });

describe('a policy', () => {
  it.each([
    ['the very action and resource', 'events:PutRule', `${RULES}a`, 'events:PutRule', `${RULES}a`, true],
    ['another action', 'events:PutRule', `${RULES}a`, 'events:DeleteRule', `${RULES}a`, false],
    ['another resource', 'events:PutRule', `${RULES}a`, 'events:PutRule', `${RULES}b`, false],
    ['an action in other case', 'Events:putrule', `${RULES}a`, 'events:PutRule', `${RULES}a`, true],
    ['a resource in other case', 'events:PutRule', `${RULES}a`, 'events:PutRule', `${RULES}A`, false],
    ['a beginning', 'events:PutRule', `${RULES}a-job-*`, 'events:PutRule', `${RULES}a-job-1`, true],
    [
      'no more than a beginning',
      'events:PutRule',
      `${RULES}a-job`,
      'events:PutRule',
      `${RULES}a-job-1`,
      false,
    ],
    ['slashes within a star', 'events:PutRule', `${RULES}a*`, 'events:PutRule', `${RULES}a/b`, true],
    ['one character for each ?', 'events:Put?ule', `${RULES}a??`, 'events:PutRule', `${RULES}a12`, true],
    ['no other number of them', 'events:PutRule', `${RULES}a??`, 'events:PutRule', `${RULES}a1`, false],
    ['a dot as a dot', 'events:PutRule', `${RULES}a.b`, 'events:PutRule', `${RULES}axb`, false],
    ['one of several', ['events:a', 'events:b'], ['x', 'y'], 'events:b', 'y', true],
  ])('matches %s', (_, action, resource, asked, on, expected) => {
    expect(allows([allow(action, resource)], asked, on)).toBe(expected);
  });

  it('allows nothing by default, and a denial overrides', () => {
    expect(allows([], 'events:PutRule', 'x')).toBe(false);
    const deny = { ...allow('events:PutRule', '*'), Effect: 'Deny' as const };
    expect(allows([allow('*', '*'), deny], 'events:PutRule', 'x')).toBe(false);
  });

  it('fails if a condition would decide', () => {
    const conditional = allow('events:PutRule', '*', { Condition: { Bool: { a: 'true' } } });
    expect(() => allows([conditional], 'events:PutRule', 'x')).toThrow('depends on a condition');
    expect(allows([conditional], 'events:ListRules', 'x')).toBe(false);
  });

  it.each([
    ['one of the ARNs', ['a'], true],
    ['both', ['b', 'a'], true],
    ['a third beside them', ['a', 'c'], false],
    ['a third', ['c'], false],
    ['none', [], false],
  ])('with a condition on targets is decided by %s', (_, targets, expected) => {
    const Condition = {
      'ForAllValues:ArnEquals': { 'events:TargetArn': ['a', 'b'] },
      Null: { 'events:TargetArn': 'false' },
    };
    const statements = [allow('events:PutTargets', '*', { Condition })];
    const context = { 'events:TargetArn': targets };
    expect(allows(statements, 'events:PutTargets', 'x', context)).toBe(expected);
  });

  it('is rejected with an unsupported member', () => {
    expect(() => v.parse(Statement, { Effect: 'Allow', NotAction: 'a', Resource: '*' })).toThrow();
  });
});
