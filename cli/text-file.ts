import { readFile } from 'node:fs/promises';
import { messageOf, UsageError } from './errors.ts';

/** Byte order marks of UTF-16, and how its first character begins without one. */
const UTF16 = [
  [0xff, 0xfe],
  [0xfe, 0xff],
  [undefined, 0],
  [0, undefined],
];

/** Text of a file without its byte order mark. Throws a usage error for UTF-16. */
export function textOf(bytes: Buffer, path: string): string {
  if (bytes.length > 1 && UTF16.some((mark) => mark.every((byte, at) => (byte ?? bytes[at]) === bytes[at])))
    throw new UsageError(`${path} is UTF-16: save it as UTF-8.`);
  return new TextDecoder().decode(bytes);
}

/** Reads a text file as {@link textOf} does. Throws a usage error for one that can't be read. */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UsageError(`${path} can't be read: ${messageOf(error)}.`);
  });
  return textOf(bytes, path);
}
