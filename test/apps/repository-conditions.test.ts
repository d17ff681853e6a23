import { describe, expect, it } from '@jest/globals';
import { bindingsOf } from '../../lib/apps/repository-conditions.ts';

const found = (status: string, observedGeneration: number) => ({
  conditions: [{ type: 'BindingsReady', status, observedGeneration }],
});

describe('what is known of the bindings of an app', () => {
  it.each<[string, number, object, string | undefined]>([
    ['nothing, of a new one', 1, {}, undefined],
    ['that nobody looked, of one that was pushed again', 2, {}, 'stale'],
    ['that they are ready', 2, found('True', 2), 'ready'],
    ['that they are not', 2, found('False', 2), 'notReady'],
    ['that nobody looked since it was pushed again', 3, found('True', 2), 'stale'],
  ])('is %s', (_, generation, status, expected) => {
    expect(bindingsOf(generation, status)).toBe(expected);
  });
});
