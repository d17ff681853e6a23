import { describe, expect, it } from '@jest/globals';
import { childName } from '../../../local/tekton/child-name.ts';

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
