import fc from 'fast-check';

const SURROGATES = 0xd800;
const SURROGATE_COUNT = 0x800;
const LAST = 0x10ffff;

/** Any character but half of a surrogate pair: fast-check's unit `binary` without its table of them all, which takes a second. */
export const anyCharacter: fc.Arbitrary<string> = fc
  .nat(LAST - SURROGATE_COUNT)
  .map((code) => String.fromCodePoint(code < SURROGATES ? code : code + SURROGATE_COUNT));
