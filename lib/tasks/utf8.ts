/** Bytes that a character takes by its first byte; 1 for a byte that begins none. */
const lengthBy = (first: number): number => {
  if (first >= 0xf0 && first < 0xf8) return 4;
  if (first >= 0xe0) return first < 0xf0 ? 3 : 1;
  return first >= 0xc0 ? 2 : 1;
};

/** Length of the bytes without a character that they cut at their end. */
export function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    // Bytes 10xxxxxx go on a character.
    if ((byte & 0xc0) === 0x80) continue;
    return lengthBy(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Characters that JSON escapes by two characters: `\b \t \n \f \r " \`. */
const SHORT = new Set([8, 9, 10, 12, 13, 34, 92]);

function costOf(byte: number, isValid: boolean): number {
  if (SHORT.has(byte)) return 2;
  if (byte < 0x20) return 6;
  // A byte that is no UTF-8 becomes U+FFFD, which has three.
  return byte < 0x80 || isValid ? 1 : 3;
}

const table = (isValid: boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => costOf(byte, isValid));
const VALID = table(true);
const INVALID = table(false);

/** Longest beginning of some bytes that takes at most `room` bytes as text of a JSON string, and what it takes there at most. */
export function fitting(bytes: Buffer, room: number): { readonly length: number; readonly size: number } {
  // The bytes may begin and end within a character.
  const from = bytes.subarray(0, 3).findIndex((byte) => (byte & 0xc0) !== 0x80);
  const to = wholeCharacters(bytes);
  const inner = bytes.subarray(Math.max(from, 0), to);
  const costs = Buffer.byteLength(inner.toString()) === inner.length ? VALID : INVALID;
  let size = 0;
  for (const [at, byte] of bytes.entries()) {
    const cost = (at < from || at >= to ? INVALID : costs)[byte] ?? 0;
    if (size + cost > room) return { length: at, size };
    size += cost;
  }
  return { length: bytes.length, size };
}
