import * as v from 'valibot';
import { listOf, Space } from './api/responses.ts';
import type { Client } from './client.ts';

const Spaces = listOf(v.unknown());

/** Requests the spaces that the caller has access to. `raw` holds them as the server sent them. */
export async function listSpaces(
  client: Client,
): Promise<{ items: readonly Space[]; raw: readonly unknown[] }> {
  const request = { method: 'GET', path: [], everySpace: true } as const;
  const raw = (await client.request(Spaces, request)).value.items;
  return { items: v.parse(v.array(Space), raw), raw };
}

/** Maximum of the names in a line. */
const MAX_SHOWN = 10;

/** Names of spaces on one line. */
export function spaceLine(spaces: readonly Space[]): string {
  if (spaces.length === 0) return 'none that you have access to';
  const names = spaces.slice(0, MAX_SHOWN).map(({ name }) => name);
  const more = spaces.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more (taskbridge spaces)` : ''}`;
}
