/** An IP address as a number of 32 or 128 bits. */
export type IpAddress = { readonly bits: 32 | 128; readonly value: bigint };

/** The addresses of a CIDR block, the first and the last one included. */
export type IpRange = { readonly bits: 32 | 128; readonly first: bigint; readonly last: bigint };

const V4 = /^\d{1,10}(?:\.\d{1,10}){3}$/;
const V6_GROUP = /^[0-9a-fA-F]{1,4}$/;

/** IPv4 addresses as IPv6 writes them, `::ffff:0:0/96`, are IPv4 addresses. */
const MAPPED = 0xffffn;

/** Reads an address of either kind; `undefined` for any other text, one with dots and colons among them. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (V4.test(text)) {
    const value = numberOf(text.split('.').map(Number), 255, 8n);
    return value === undefined ? undefined : { bits: 32, value };
  }
  const groups = groupsOf(text);
  const value = groups && numberOf(groups, 0xffff, 16n);
  if (value === undefined) return undefined;
  return value >> 32n === MAPPED ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}

/** The eight groups of an IPv6 address, those that `::` stands for written out. */
function groupsOf(text: string): readonly number[] | undefined {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail] = halves;
  if (halves.length > 2 || !halves.flat().every((group) => V6_GROUP.test(group))) return undefined;
  const zeros = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? zeros !== 0 : zeros < 1) return undefined;
  const written = [...head, ...Array.from({ length: zeros }, () => '0'), ...(tail ?? [])];
  return written.map((group) => Number.parseInt(group, 16));
}

const numberOf = (parts: readonly number[], most: number, bitsEach: bigint): bigint | undefined =>
  parts.every((part) => part <= most)
    ? parts.reduce((value, part) => (value << bitsEach) | BigInt(part), 0n)
    : undefined;

/** The block of so many leading bits around an address, whichever of its addresses is given. */
export function rangeAround({ bits, value }: IpAddress, prefix: number): IpRange {
  const free = BigInt(bits - prefix);
  const first = (value >> free) << free;
  return { bits, first, last: first + (1n << free) - 1n };
}

export const isInRange = ({ bits, value }: IpAddress, range: IpRange): boolean =>
  bits === range.bits && range.first <= value && value <= range.last;
