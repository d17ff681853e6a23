/** Port to the namespaces of the cluster. */
export type Spaces = {
  /** Returns names of the open namespaces, in no order. Throws `forbidden` where the role may not list them, and `unavailable`. */
  list(): Promise<readonly string[]>;
};

/** The open spaces that the caller may use, by name. */
export async function spaces(
  { spaces }: { readonly spaces: Spaces },
  { mayUse }: { readonly mayUse: (space: string) => boolean },
): Promise<readonly { readonly name: string }[]> {
  const names = await spaces.list();
  return names
    .filter(mayUse)
    .toSorted()
    .map((name) => ({ name }));
}
