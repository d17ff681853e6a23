import { describe, expect, it } from '@jest/globals';
import { problemOf } from '../../console/api/problem.ts';
import { challengeOf, newProof } from '../../console/auth/pkce.ts';
import { claimsOf, sessionOf } from '../../console/auth/tokens.ts';

const jwt = (claims: object): string =>
  ['{"alg":"none"}', JSON.stringify(claims), '']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

const NOW = Date.parse('2026-11-24T12:00:00Z');

describe('the proof of a sign-in', () => {
  it('matches RFC 7636, appendix B', async () => {
    expect(await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
  });

  it('is a new one each time, of 43 characters', async () => {
    const [one, other] = [await newProof(), await newProof()];
    expect(one.verifier).toMatch(/^[\w-]{43}$/);
    expect(one.verifier).not.toBe(other.verifier);
  });
});

describe('a session', () => {
  it('expires with its token, and has the name of the user', () => {
    const token = jwt({ sub: 'ada', exp: NOW / 1000 + 60 });
    const answer = {
      access_token: token,
      id_token: jwt({ name: 'Åda Lövelace' }),
      refresh_token: 'r',
      expires_in: 9,
    };
    expect(sessionOf(answer, 'access', NOW)).toEqual({
      token,
      refresh: 'r',
      until: NOW + 60_000,
      name: 'Åda Lövelace',
    });
  });

  it('of a token that is not a JWT expires as the issuer says', () => {
    expect(sessionOf({ access_token: 'opaque', expires_in: 9 }, 'access', NOW)).toMatchObject({
      until: NOW + 9_000,
    });
    expect(sessionOf({ access_token: 'opaque' }, 'access', NOW)).toMatchObject({ until: NOW + 300_000 });
    expect(claimsOf('opaque')).toEqual({});
  });

  it('is missing without the token that the API needs', () => {
    expect(sessionOf({ access_token: 'a' }, 'id', NOW)).toBeUndefined();
  });
});

describe('an error response', () => {
  it('has the title and the fields of the problem', () => {
    const errors = [{ field: 'image', message: 'Missing.' }];
    const body = {
      type: 'urn:taskbridge:problem:invalid',
      title: 'Invalid',
      status: 422,
      detail: 'image: Missing.',
      errors,
    };
    const problem = problemOf(422, JSON.stringify(body), null);
    expect(problem).toMatchObject({
      title: 'Invalid',
      message: 'image: Missing.',
      fields: errors,
      isTransient: false,
    });
  });

  it.each([
    [503, '{"message":"Service Unavailable"}', '5', 'Unavailable', 'Service Unavailable', true],
    [429, '{"message":null}', null, 'Too many requests', 'The server returned 429.', true],
    [502, '<html>', null, 'Request failed (502)', 'The server returned 502.', true],
    [404, '{"message":"Not Found"}', null, 'Not found', 'Not Found', false],
  ] as const)(
    'of the gateway itself is understood: %d',
    (status, text, retryAfter, title, message, isTransient) => {
      const problem = problemOf(status, text, retryAfter);
      expect(problem).toMatchObject({ title, message, isTransient });
      expect(problem.retryAfter).toBe(retryAfter === null ? undefined : 5);
    },
  );
});
