import { objects } from './objects.ts';
import type { Target } from './target.ts';

/** All that the functions, their adapters and kubectl rely on, wherever they run. */
export const everySuite = (target: () => Target): void => {
  for (const suite of [objects]) suite(target);
};
