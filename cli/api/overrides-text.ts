import type { Task } from './responses.ts';

/** Overrides of one run in words: `env DAY; 2 arguments; timeout 1200s`. `undefined` for nothing. */
export function overridesText(overrides: Task['overrides']): string | undefined {
  if (overrides === undefined) return undefined;
  const { env = [], args = 0, timeout } = overrides;
  return [
    ...(env.length === 0 ? [] : [`env ${env.join(', ')}`]),
    ...(args === 0 ? [] : [`${args} ${args === 1 ? 'argument' : 'arguments'}`]),
    ...(timeout === undefined ? [] : [`timeout ${timeout}`]),
  ].join('; ');
}
