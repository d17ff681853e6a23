import { describe, expect, it } from '@jest/globals';
import type { RawAnswer } from './harness/api.ts';
import { mistakesOf, type Observation } from './harness/responses.ts';

const LOOK: Observation = { revision: 7, rules: [], state: [] };
const WRITTEN: Observation = { revision: 8, rules: [], state: ['run billing-? {}'] };
const RULE = { name: 'taskbridge-local-job-1-0' };

const AUDIT = JSON.stringify({ level: 'info', message: 'audit', verb: 'run-task', status: 422 });
const errors = [{ field: 'command', message: '1 is not a text.' }];
const problem = (more: object, status = 422) =>
  JSON.stringify({
    type: 'urn:taskbridge:problem:invalid',
    title: 'Invalid',
    status,
    detail: 'No.',
    ...more,
  });

const REFUSED: RawAnswer = {
  ...{ method: 'POST', path: '/v1/spaces/team-a/apps/billing/tasks', status: 422, why: [] },
  headers: { 'content-type': 'application/problem+json' },
  body: problem({ errors }),
};

type Situation = readonly [string, Partial<RawAnswer>, Observation, readonly string[], string];

describe('the checker of responses to any request finds', () => {
  const check = (answer: Partial<RawAnswer>, after: Observation, logged: readonly string[]): string =>
    mistakesOf({ ...REFUSED, ...answer }, [LOOK, after], logged, {
      ofOthers: 'theirs',
      ofEnvironment: 'secret',
    }).join('\n');

  it('nothing wrong with a refusal that names its field', () => {
    expect(check({}, LOOK, [AUDIT])).toBe('');
  });

  it('nothing wrong with a field that somebody calls so', () => {
    const field = { field: 'pattern.undefined', message: '"undefined" must be a list.' };
    expect(check({ body: problem({ errors: [field] }) }, LOOK, [AUDIT])).toBe('');
  });

  it.each<Situation>([
    ['a fault', { status: 500, why: ['TypeError'] }, LOOK, [AUDIT], 'answered 500: TypeError'],
    ['an answer outside the document', { status: 418 }, LOOK, [AUDIT], 'not in the document'],
    ['a refusal that names no field', { body: problem({}) }, LOOK, [AUDIT], 'names no field'],
    [
      'a refusal that is too long',
      { body: problem({ errors, detail: 'x'.repeat(40_000) }) },
      LOOK,
      [AUDIT],
      'a problem of 4',
    ],
    [
      'words that nobody wrote',
      { body: problem({ errors, detail: 'undefined' }) },
      LOOK,
      [AUDIT],
      'nobody wrote',
    ],
    ['what a refusal left in the cluster', {}, WRITTEN, [AUDIT], 'something was written'],
    ['what a refusal left in EventBridge', {}, { ...LOOK, rules: [RULE] }, [AUDIT], 'something was written'],
    [
      'what is another space’s',
      { body: problem({ errors, detail: 'theirs' }) },
      LOOK,
      [AUDIT],
      'another space',
    ],
    ['a secret in the log', {}, LOOK, [AUDIT, 'secret'], 'in the log'],
    ['a write without its audit line', {}, LOOK, [], 'audit lines'],
  ])('%s', (_, answer, after, logged, mistake) => {
    expect(check(answer, after, logged)).toContain(mistake);
  });
});
