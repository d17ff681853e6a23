import { describe, expect, it } from '@jest/globals';
import { expand } from '../../../local/kubernetes/kubelet/expand.ts';

const variables = new Map([
  ['HOST', 'db'],
  ['NESTED', '$(HOST)'],
  ['EMPTY', ''],
]);

describe('expand', () => {
  it.each([
    ['a known name', '$(HOST):80', 'db:80'],
    ['a name that is not there', '$(NOBODY)', '$(NOBODY)'],
    ['an empty value', '[$(EMPTY)]', '[]'],
    ['what was put in, which is not looked at again', '$(NESTED)', '$(HOST)'],
    ['two dollars', '$$', '$'],
    ['an escaped reference', '$$(HOST)', '$(HOST)'],
    ['three dollars and a reference', '$$$(HOST)', '$db'],
    ['a dollar before another character', '$HOME $1', '$HOME $1'],
    ['a dollar at the end', 'cost: 5$', 'cost: 5$'],
    ['a reference that does not end', '$(HOST', '$(HOST'],
    ['a command of a shell', '$(date +%s)', '$(date +%s)'],
    ['Korean and newlines', '한글\n$(HOST)\n', '한글\ndb\n'],
  ])('%s', (_, text, expected) => {
    expect(expand(text, variables)).toBe(expected);
  });
});
