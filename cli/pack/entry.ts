import type { Readable } from 'node:stream';

/** Entry of an archive. Names neither start nor end with "/". */
export type Entry =
  | { readonly kind: 'folder'; readonly name: string }
  | { readonly kind: 'link'; readonly name: string; readonly target: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly size: number;
      readonly executable: boolean;
      /** Opens the content, which must be `size` bytes long. */
      readonly open: () => Promise<Readable>;
    };

/** Sorts entries by the bytes of their names, independent of the locale. */
export const sorted = (entries: readonly Entry[]): readonly Entry[] =>
  entries
    .map((entry) => ({ entry, key: Buffer.from(entry.name) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
