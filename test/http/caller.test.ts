import { describe, expect, it } from '@jest/globals';
import { callerOf } from '../../lib/http/caller.ts';
import { gatewayEvent } from '../support/http-event.ts';

const userArn = 'arn:aws:sts::111122223333:assumed-role/team-a-developer/ada';
const CLAIMS = { sub: 'ada', iss: 'https://issuer.example', exp: 1_795_554_000 };

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const bearer = (payload: unknown): string => `Bearer ${encoded({ alg: 'ES256' })}.${encoded(payload)}.c2ln`;

/** Claims as the gateway writes them. */
const written = (claims: object) =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );

const caller = (authorizer: unknown, authorization?: string) =>
  callerOf(
    gatewayEvent({
      requestContext: { authorizer },
      headers: authorization === undefined ? {} : { authorization },
    }),
  );

/** Caller with a token that has this claim. */
const withToken = (spaces: unknown) => {
  const claims = { ...CLAIMS, ...(spaces === undefined ? {} : { spaces }) };
  return caller({ jwt: { claims: written(claims), scopes: null } }, bearer(claims));
};

/** Caller whose token is not in the header: the claim as the gateway writes it is all there is. */
const withoutToken = (spaces: unknown) =>
  caller({ jwt: { claims: { ...written(CLAIMS), ...(spaces === undefined ? {} : { spaces }) } } });

const SPACES = ['team-a', 'team-b', 'friends', 'of', '', '[team-a', 'team-a team-b'];
const allowed = ({ mayUse }: ReturnType<typeof caller>) => SPACES.filter(mayUse);

describe('a caller', () => {
  it('by IAM may use every space: the gateway has checked the path', () => {
    const { id, mayUse } = caller({ iam: { userArn, accountId: '111122223333' } });
    expect([id, mayUse('team-a'), mayUse('team-b')]).toEqual([userArn, true, true]);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['a list', ['team-a', 'team-b'], ['team-a', 'team-b']],
    ['a list of one', ['team-b'], ['team-b']],
    ['a text', 'team-a team-b', ['team-a', 'team-b']],
    ['a list with an entry of words', ['friends of team-b'], []],
    ['a list with an entry of words, and a name', ['friends of team-b', 'team-a'], ['team-a']],
    ['a list with a no-break space in an entry', ['friends\u00a0team-b'], []],
    ['a text with a no-break space', 'team-a\u00a0team-b', []],
    ['a list with a line feed in an entry', ['friends\nteam-b'], []],
    ['a text with a line feed', 'team-a\nteam-b', []],
    ['a list with a comma in an entry', ['friends,team-b'], []],
    ['a text with a comma', 'team-a,team-b', []],
    ['a list within a list', [['team-b']], []],
    ['a list with an object', [{ name: 'team-b' }], []],
    ['a list with brackets in an entry', ['[team-a', 'team-b]'], []],
    ['a text that looks like a list', '[team-a team-b]', []],
    ['a text that is JSON', '["team-b"]', []],
    ['a number', 7, []],
    ['a list of numbers', [7], []],
    ['null', null, []],
    ['true', true, []],
    ['an object', { 'team-b': true }, []],
    ['no claim', undefined, []],
    ['an empty text', '', []],
    ['an empty list', [], []],
    ['a star', '*', []],
    ['a name with capitals', ['Team-B'], []],
  ])('by JWT may use the spaces that its token names: %s', (_, spaces, names) => {
    const found = withToken(spaces);
    expect([found.id, allowed(found)]).toEqual(['ada', names]);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['a list of one', '[team-b]', ['team-b']],
    ['a text', 'team-a team-b', ['team-a', 'team-b']],
    ['an empty list', '[]', []],
    ['no claim', undefined, []],
    ['a comma', '[team-a,team-b]', []],
    ['a list that the gateway would not write', ['team-b'], ['team-b']],
  ])('by JWT without a token in the header may use what is plain: %s', (_, spaces, names) => {
    expect(allowed(withoutToken(spaces))).toEqual(names);
  });

  it.each([
    '[friends of team-b]',
    '[team-a team-b]',
    '[friends\u00a0team-b]',
    '[friends\nteam-b]',
    '[ team-b]',
  ])('by JWT without a token in the header is rejected where the names can’t be told apart: %j', (spaces) => {
    expect(() => withoutToken(spaces).mayUse('team-b')).toThrow(
      expect.objectContaining({ kind: 'forbidden', message: expect.stringContaining("can't be told apart") }),
    );
  });

  const spaces = ['team-b'];
  const verified = { jwt: { claims: written({ ...CLAIMS, spaces: ['team-a'] }) } };
  it.each<[string, string]>([
    ['of another subject', bearer({ ...CLAIMS, sub: 'eve', spaces })],
    ['of another issuer', bearer({ ...CLAIMS, iss: 'https://evil.example', spaces })],
    ['that ends at another time', bearer({ ...CLAIMS, exp: CLAIMS.exp + 1, spaces })],
    ['without a subject', bearer({ iss: CLAIMS.iss, exp: CLAIMS.exp, spaces })],
    ['without an issuer', bearer({ sub: CLAIMS.sub, exp: CLAIMS.exp, spaces })],
    ['without an end', bearer({ sub: CLAIMS.sub, iss: CLAIMS.iss, spaces })],
    ['twice', `${bearer({ ...CLAIMS, spaces })},${bearer({ ...CLAIMS, spaces })}`],
    ['and another', `${bearer({ ...CLAIMS, spaces })}, Basic YTpi`],
    ['of two parts', 'Bearer a.b'],
    ['of five parts', 'Bearer a.b.c.d.e'],
    ['that is not JSON', `Bearer a.${Buffer.from('{').toString('base64url')}.c`],
    ['that is a list', bearer([{ ...CLAIMS, spaces }])],
    ['that is null', bearer(null)],
    ['of another scheme', 'Basic YTpi'],
    ['that is empty', ''],
  ])('by JWT is rejected with a token in the header %s', (_, authorization) => {
    const found = caller(verified, authorization);
    expect(found.id).toBe('ada');
    expect(() => found.mayUse('team-b')).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        message: 'The header Authorization has no token that the gateway has verified.',
      }),
    );
  });

  it('by JWT may leave the scheme out, as the gateway allows, and write it in any case', () => {
    for (const scheme of ['', 'bearer ', 'BEARER ']) {
      const claims = { ...CLAIMS, spaces };
      const token = bearer(claims).replace('Bearer ', scheme);
      expect(caller({ jwt: { claims: written(claims) } }, token).mayUse('team-b')).toBe(true);
    }
  });

  it('by JWT has an end that the gateway may write in another way', () => {
    const claims = { ...CLAIMS, spaces };
    const authorizer = { jwt: { claims: { ...written(claims), exp: '1.795554E9' } } };
    expect(caller(authorizer, bearer(claims)).mayUse('team-b')).toBe(true);
  });

  it('by IAM is not changed by a token in the header', () => {
    expect(caller({ iam: { userArn } }, bearer({ ...CLAIMS, sub: 'eve' })).id).toBe(userArn);
  });

  it.each([
    ['no authorizer', undefined],
    ['an empty authorizer', {}],
    ['an authorizer of another kind', { lambda: { user: 'ada' } }],
    ['IAM without an ARN', { iam: {} }],
    ['IAM with an empty ARN', { iam: { userArn: '' } }],
    ['a token without a subject', { jwt: { claims: { spaces: 'team-a' } } }],
    ['a token with an empty subject', { jwt: { claims: { sub: '', spaces: 'team-a' } } }],
  ])('is rejected with %s, whatever the header says', (_, authorizer) => {
    expect(() => caller(authorizer, bearer({ ...CLAIMS, spaces }))).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        message: 'The request has no authorizer: every route needs one.',
      }),
    );
  });
});
