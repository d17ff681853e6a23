/** An IP address as a number of 32 or 128 bits. */
export type IpAddress = { readonly bits: 32 | 128; readonly value: bigint };

/** Addresses of a CIDR block, both ends included. */
export type IpRange = { readonly bits: 32 | 128; readonly first: bigint; readonly last: bigint };

const V4 = /^\d{1,10}(?:\.\d{1,10}){3}$/;
const V6_GROUP = /^[0-9a-fA-F]{1,4}$/;

/** Prefix of IPv4-mapped IPv6 addresses, `::ffff:0:0/96`, which count as IPv4. */
const MAPPED = 0xffffn;

/** Parses an IPv4 or IPv6 address; `undefined` for any other text, mixed notation included. */
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

/** The eight groups of an IPv6 address, with `::` expanded. */
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

/** CIDR block with a prefix length that contains an address. */
export function rangeAround({ bits, value }: IpAddress, prefix: number): IpRange {
  const free = BigInt(bits - prefix);
  const first = (value >> free) << free;
  return { bits, first, last: first + (1n << free) - 1n };
}

export const isInRange = ({ bits, value }: IpAddress, range: IpRange): boolean =>
  bits === range.bits && range.first <= value && value <= range.last;
