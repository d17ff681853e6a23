import { validationError } from './errors.ts';

/**
 * Page of a list in the order of its keys. The token is the last key of the previous page, so writes in between do not
 * break it.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { Limit, NextToken }: { readonly Limit: number; readonly NextToken?: string | undefined },
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const after = NextToken === undefined ? '' : keyOfToken(NextToken);
  const rest = items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, Limit);
  const last = shown.at(-1);
  if (last === undefined || shown.length === rest.length) return { items: shown, next: {} };
  return { items: shown, next: { NextToken: tokenOf(keyOf(last)) } };
}

const tokenOf = (key: string): string => Buffer.from(`after ${key}`).toString('base64url');

function keyOfToken(token: string): string {
  const [, key] = /^after (.+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (key === undefined) throw validationError('Parameter NextToken is not valid.');
  return key;
}
