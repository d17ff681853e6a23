import { describe, expect, it } from '@jest/globals';
import { problem } from '../../lib/http/endpoint.ts';
import { DomainError, type ErrorKind, invalid } from '../../lib/platform/errors.ts';

describe('a problem', () => {
  it.each<[ErrorKind, number]>([
    ['malformed', 400],
    ['forbidden', 403],
    ['notFound', 404],
    ['conflict', 409],
    ['gone', 410],
    ['tooLarge', 413],
    ['invalid', 422],
    ['unavailable', 503],
  ])('of the kind %s has the status %d', (kind, status) => {
    const reply = problem(new DomainError(kind, 'What happened.'));
    expect(reply.status).toBe(status);
    expect(reply.headers?.['content-type']).toBe('application/problem+json');
    expect(reply.headers?.['retry-after']).toBe(kind === 'unavailable' ? '5' : undefined);
    expect(reply.body).toEqual({
      type: `urn:taskbridge:problem:${kind}`,
      title: expect.any(String),
      status,
      detail: 'What happened.',
    });
  });

  it('lists each invalid field', () => {
    const errors = [
      { field: 'image', message: 'Missing.' },
      { field: 'env[0].name', message: 'No.' },
    ];
    expect(problem(invalid(...errors)).body).toMatchObject({
      detail: 'image: Missing. env[0].name: No.',
      errors,
    });
  });
});
