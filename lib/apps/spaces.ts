import type { Ports } from '../platform/ports.ts';

/** The open spaces that the caller may use, by name. */
export async function spaces(
  { spaces }: Ports,
  { mayUse }: { readonly mayUse: (space: string) => boolean },
): Promise<readonly { readonly name: string }[]> {
  const names = await spaces.list();
  return names
    .filter(mayUse)
    .toSorted()
    .map((name) => ({ name }));
}
