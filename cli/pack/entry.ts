import type { Readable } from 'node:stream';

/** One name in the archive. Names have no "/" at either end. */
export type Entry =
  | { readonly kind: 'folder'; readonly name: string }
  | { readonly kind: 'link'; readonly name: string; readonly target: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly size: number;
      readonly executable: boolean;
      /** Its bytes, which must be `size` many. */
      readonly open: () => Promise<Readable>;
    };

/** By the bytes of their names: no locale of a machine has a say. */
export const sorted = (entries: readonly Entry[]): readonly Entry[] =>
  entries
    .map((entry) => ({ entry, key: Buffer.from(entry.name) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
