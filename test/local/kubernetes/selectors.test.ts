import { describe, expect, it } from '@jest/globals';
import { parseFieldSelector, parseLabelSelector } from '../../../local/kubernetes/selectors.ts';

const labels = { app: 'web', 'taskbridge.dev/task-id': 'x2k4p', empty: '' };

describe('parseLabelSelector', () => {
  it.each([
    ['nothing is asked', '', true],
    ['=', 'app=web', true],
    ['==', 'app==web', true],
    ['another value', 'app=api', false],
    ['a prefix with slash and dot', 'taskbridge.dev/task-id=x2k4p', true],
    ['!=', 'app!=api', true],
    ['!= of a label that is not there', 'job!=nightly', true],
    ['in', 'app in (api,web)', true],
    ['in, of a label that is not there', 'job in (nightly)', false],
    ['notin', 'app notin (api, web)', false],
    ['notin, of a label that is not there', 'job notin (nightly)', true],
    ['there', 'app', true],
    ['not there', '!app', false],
    ['the empty value', 'empty=', true],
    ['all of several', 'app=web,!job,empty', true],
    ['one of several fails', 'app=web,job', false],
  ])('%s: %s', (_, selector, expected) => {
    expect(parseLabelSelector(selector)(labels)).toBe(expected);
  });

  it.each([
    ['a===b', "found '=', expected: identifier"],
    ['a in b', "found 'b' expected: '('"],
    ['a foo b', "found 'foo', expected: in, notin, =, ==, !=, gt, lt"],
    ['a,', "found '', expected: identifier after ','"],
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['a in (b', "found '', expected: ',' or ')'"],
  ])('rejects %s', (selector, message) => {
    expect(() => parseLabelSelector(selector)).toThrow(message);
  });
});

describe('parseFieldSelector', () => {
  const metadata = { name: 'web', namespace: 'team-a' };

  it.each([
    ['', true],
    ['metadata.name=web', true],
    ['metadata.name!=web', false],
    ['metadata.name==web,metadata.namespace=team-a', true],
    ['metadata.namespace=team-b', false],
  ])('%s', (selector, expected) => {
    expect(parseFieldSelector(selector)({ metadata })).toBe(expected);
  });

  it('selects by the fields of the kind', () => {
    const selected = parseFieldSelector('involvedObject.name=web,reason!=Failed', [
      'involvedObject.name',
      'reason',
    ]);
    expect(selected({ metadata, involvedObject: { name: 'web' }, reason: 'Started' })).toBe(true);
    expect(selected({ metadata, involvedObject: { name: 'api' }, reason: 'Started' })).toBe(false);
  });

  it('rejects a field that is not selectable for custom resources', () => {
    expect(() => parseFieldSelector('spec.image=x')).toThrow('field label not supported: spec.image');
  });
});
