import { describe, expect, it } from '@jest/globals';
import { domainErrorOf, failureOf } from '../../../lib/platform/kubernetes/errors.ts';

const subject = { space: 'team-a', what: 'App "billing"' };
const status = (message: string) => ({ kind: 'Status', message, reason: 'R' });
const errorOf = (code: number, body: unknown) => domainErrorOf(failureOf(code, body), subject);

describe('a refusal of the API server', () => {
  it.each([
    [
      'by RBAC',
      403,
      status('apps.taskbridge.dev "billing" is forbidden: User "runner" cannot get resource "apps"'),
      'forbidden',
      'Space "team-a" is not open to Taskbridge, or it is not there.',
    ],
    ['by a quota', 403, status('exceeded quota: runs'), 'conflict', 'App "billing": exceeded quota: runs'],
    ['of an unknown object', 404, status('not found'), 'notFound', 'App "billing" is not in space "team-a".'],
    [
      'of a conflict',
      409,
      status('object has been modified'),
      'conflict',
      'App "billing": object has been modified',
    ],
    [
      'of an old cursor',
      410,
      status('expired'),
      'gone',
      'The cursor is not one of this list, or has expired: list again without it.',
    ],
    [
      'of a cursor of another list',
      400,
      status('invalid continue token: continue key is not valid: invalid character'),
      'gone',
      'The cursor is not one of this list, or has expired: list again without it.',
    ],
    ['of its size', 413, '<html>', 'tooLarge', 'App "billing": the cluster takes no object of this size.'],
    [
      'by a webhook',
      400,
      status('validation failed: spec.x'),
      'invalid',
      'App "billing": the cluster refused it: validation failed: spec.x',
    ],
    [
      'in HTML',
      400,
      '<html>token</html>',
      'invalid',
      'App "billing": the cluster refused it: it gave no reason',
    ],
  ])('%s becomes an error for the user', (_, code, body, kind, message) => {
    expect(errorOf(code, body)).toMatchObject({ kind, message });
  });

  it('names the fields that are wrong', () => {
    const causes = [{ field: 'spec.image', message: 'Required value', reason: 'FieldValueRequired' }];
    expect(errorOf(422, JSON.stringify({ ...status('invalid'), details: { causes } }))).toMatchObject({
      fields: [{ field: 'spec.image', message: 'Required value' }],
    });
  });

  it('quotes no more of a large object than an answer can have', () => {
    const quoted = '"'.repeat(1_500_000);
    const causes = Array.from({ length: 1_000 }, () => ({ field: quoted, message: quoted }));
    const error = errorOf(422, { ...status(`Invalid value: ${quoted}`), details: { causes } });
    expect(Buffer.byteLength(JSON.stringify(JSON.stringify(error)))).toBeLessThan(5_000_000);
    expect(error.message.slice(0, 70)).toBe(
      `App "billing": the cluster refused it: Invalid value: ${'"'.repeat(16)}`,
    );
    expect('fields' in error && Array.isArray(error.fields) && error.fields.length).toBe(20);
  });

  it.each([401, 405, 418])('with status %d is an internal error', (code) => {
    const error = errorOf(code, '<html>token</html>');
    expect(error).not.toHaveProperty('kind');
    expect(error.message).toBe(`App "billing": the cluster answered ${code}: it gave no reason`);
  });
});
