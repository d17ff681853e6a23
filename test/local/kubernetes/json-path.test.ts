import { describe, expect, it } from '@jest/globals';
import { jsonPath } from '../../../local/kubernetes/json-path.ts';

const object = {
  metadata: { labels: { 'taskbridge.dev/app': 'web' } },
  status: {
    conditions: [
      { type: 'Ready', status: 'False' },
      { type: 'Succeeded', status: 'True' },
    ],
  },
};

describe('jsonPath', () => {
  it.each([
    ['.status.conditions[?(@.type=="Succeeded")].status', 'True'],
    ['.status.conditions[?(@.type=="Absent")].status', undefined],
    [".metadata.labels['taskbridge.dev/app']", 'web'],
    ['.spec.image', undefined],
    ['.status.conditions.status', undefined],
  ])('%s', (path, expected) => {
    expect(jsonPath(path)(object)).toBe(expected);
  });

  it.each(['spec', '.items[*].name', '.spec..name'])('rejects %s', (path) => {
    expect(() => jsonPath(path)).toThrow('is not understood');
  });
});
