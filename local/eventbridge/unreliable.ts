import { createHash } from 'node:crypto';
import type { Deliveries } from './dispatcher.ts';

/** Longest delay in seconds. */
const MAX_DELAY_SECONDS = 180;

/**
 * The worst EventBridge within its promises: each fire is delivered twice, each time up to 180 seconds late. The delays
 * of a rule's minute follow from the seed.
 */
export const duplicatedAndDelayed =
  (seed: number): Deliveries =>
  (rule, minute) => {
    const random = createHash('sha256')
      .update(JSON.stringify([seed, rule, minute]))
      .digest();
    return [random.readUInt32BE(0), random.readUInt32BE(4)].map((number) => number % (MAX_DELAY_SECONDS + 1));
  };
