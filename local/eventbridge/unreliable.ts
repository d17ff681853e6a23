import { createHash } from 'node:crypto';
import type { Deliveries } from './dispatcher.ts';

/** The latest delivery, in seconds. */
const LATEST = 180;

/**
 * EventBridge on a bad day, within what it promises: each fire comes twice, each time up to 180 seconds late. The same
 * seed gives a rule's minute the same delays.
 */
export const doubledAndLate =
  (seed: number): Deliveries =>
  (rule, minute) => {
    const random = createHash('sha256')
      .update(JSON.stringify([seed, rule, minute]))
      .digest();
    return [random.readUInt32BE(0), random.readUInt32BE(4)].map((number) => number % (LATEST + 1));
  };
