import { describe, expect, it } from '@jest/globals';
import { bindingsOf } from '../../lib/apps/repository-records.ts';

const found = (status: string, observedGeneration: number) => ({
  conditions: [{ type: 'BindingsReady', status, observedGeneration }],
});

describe("the state of an App's bindings", () => {
  it.each<[string, number, object, string | undefined]>([
    ['unknown for a new App', 1, {}, undefined],
    ['stale for an App that was pushed again', 2, {}, 'stale'],
    ['ready', 2, found('True', 2), 'ready'],
    ['not ready', 2, found('False', 2), 'notReady'],
    ['stale when the condition is of the spec before', 3, found('True', 2), 'stale'],
  ])('is %s', (_, generation, status, expected) => {
    expect(bindingsOf(generation, status)).toBe(expected);
  });
});
