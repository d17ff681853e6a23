const BLOCK = 512;

/** Entry of a tar. */
export type TarEntry = {
  readonly path: string;
  /** `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder, `6` pipe. */
  readonly type?: '0' | '1' | '2' | '3' | '5' | '6';
  readonly link?: string;
  readonly mode?: number;
  readonly body?: string | Buffer;
  /** Numbers of a device. */
  readonly device?: readonly [major: number, minor: number];
};

/** A tar of these files, by path, as ustar writes it. */
export const pack = (files: Readonly<Record<string, string>>): Buffer =>
  packEntries(Object.entries(files).map(([path, body]) => ({ path, body })));

/** A tar of these entries, in order, as they are given: also what no tar program writes. */
export function packEntries(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const body = Buffer.from(entry.body ?? '');
    return [header(entry, body.length), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(
  { path, type = '0', link = '', mode = 0o755, device = [0, 0] }: TarEntry,
  size: number,
): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(path, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write('ustar\x0000', 257);
  block.write(octal(device[0], 8), 329);
  block.write(octal(device[1], 8), 337);
  block.write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      7,
    )} `,
    148,
  );
  return block;
}
