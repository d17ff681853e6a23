import { describe, expect, it } from '@jest/globals';
import { callerOf } from '../../lib/http/caller.ts';

const userArn = 'arn:aws:sts::111122223333:assumed-role/team-a-developer/ada';
const jwt = (claims: object) => ({ jwt: { claims: { sub: 'ada', ...claims }, scopes: null } });

describe('a caller', () => {
  it('by IAM may use every space: the gateway has checked the path', () => {
    const { id, mayUse } = callerOf({ iam: { userArn, accountId: '111122223333' } });
    expect([id, mayUse('team-a'), mayUse('team-b')]).toEqual([userArn, true, true]);
  });

  it.each([
    ['as the gateway writes a list', '[team-a team-b]'],
    ['as one string', 'team-a team-b'],
    ['with commas', 'team-a,team-b'],
    ['as a list of quoted commas', '[team-a, team-b]'],
  ])('by JWT may use the spaces in its claim, %s', (_, spaces) => {
    const { id, mayUse } = callerOf(jwt({ spaces }));
    expect(id).toBe('ada');
    expect(['team-a', 'team-b', 'team-c', 'team', '', '[team-a'].map(mayUse)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it.each([
    ['no claim', {}],
    ['an empty claim', { spaces: '' }],
    ['an empty list', { spaces: '[]' }],
    ['a claim that is not a string', { spaces: 7 }],
    ['null', { spaces: null }],
    ['a star', { spaces: '*' }],
  ])('by JWT with %s may use no space', (_, claims) => {
    const { mayUse } = callerOf(jwt(claims));
    expect(['team-a', '[]'].map(mayUse)).toEqual([false, false]);
  });

  it.each([
    ['no authorizer', undefined],
    ['an empty authorizer', {}],
    ['an authorizer of another kind', { lambda: { user: 'ada' } }],
    ['IAM without an ARN', { iam: {} }],
    ['a token without a subject', { jwt: { claims: { spaces: 'team-a' } } }],
  ])('is rejected with %s', (_, authorizer) => {
    expect(() => callerOf(authorizer)).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        message: 'The request has no authorizer: every route needs one.',
      }),
    );
  });

  it.each([
    ['an empty ARN', { iam: { userArn: '' } }],
    ['an empty subject', { jwt: { claims: { sub: '', spaces: 'team-a' } } }],
  ])('has a name: %s is rejected', (_, authorizer) => {
    expect(() => callerOf(authorizer)).toThrow('The request has no authorizer');
  });
});
