import { describe, expect, it } from '@jest/globals';
import { newTrace, traceContextOf, traceContextOfXRay } from '../../lib/platform/trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;

describe('a traceparent', () => {
  it.each([
    ['as it is', TRACEPARENT, TRACEPARENT],
    ['that is not sampled', `00-${TRACE}-${PARENT}-00`, `00-${TRACE}-${PARENT}-00`],
    ['between spaces', ` \t${TRACEPARENT} `, TRACEPARENT],
    ['without flags that nobody has defined', `00-${TRACE}-${PARENT}-ff`, `00-${TRACE}-${PARENT}-03`],
    ['of a later version, as its first fields', `cc-${TRACE}-${PARENT}-01-what-the-future`, TRACEPARENT],
    ['of a later version without more fields', `01-${TRACE}-${PARENT}-01`, TRACEPARENT],
  ])('is taken %s', (_, header, traceparent) => {
    expect(traceContextOf(header)).toEqual({ traceparent });
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['the version ff', `ff-${TRACE}-${PARENT}-01`],
    ['a version of one digit', `0-${TRACE}-${PARENT}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', TRACEPARENT.toUpperCase()],
    ['a trace id that is short', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['a parent id that is long', `00-${TRACE}-${PARENT}0-01`],
    ['no flags', `00-${TRACE}-${PARENT}`],
    ['flags of one digit', `00-${TRACE}-${PARENT}-1`],
    ['more fields than version 00 has', `${TRACEPARENT}-01`],
    ['more after the flags of a later version, without a dash', `cc-${TRACE}-${PARENT}-01.what`],
    ['two headers in one', `${TRACEPARENT},${TRACEPARENT}`],
    ['a line break within', `00-${TRACE}\n-${PARENT}-01`],
    ['more than 256 characters', `cc-${TRACE}-${PARENT}-01-${'a'.repeat(256)}`],
  ])('is ignored where it is %s', (_, header) => {
    expect(traceContextOf(header, 'congo=1')).toBeUndefined();
  });
});

const stateOf = (header: string) => traceContextOf(TRACEPARENT, header)?.tracestate;
const members = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `k${index}=`.padEnd(length, 'v'));

describe('a tracestate', () => {
  it.each([
    ['congo=t61rcWkgMzE,rojo=00f067aa0ba902b7', 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7'],
    ['congo=1 , \trojo=2', 'congo=1,rojo=2'],
    ['congo=1,,rojo=2,', 'congo=1,rojo=2'],
    ['fw529a3039@dt=FfAB;~ $(x)', 'fw529a3039@dt=FfAB;~ $(x)'],
    [`${'a'.repeat(256)}=1`, `${'a'.repeat(256)}=1`],
    [members(32, 8).join(','), members(32, 8).join(',')],
  ])('is passed on: %s', (header, passed) => {
    expect(stateOf(header)).toBe(passed);
  });

  it.each([
    ['is empty', ' , '],
    ['has a key twice', 'congo=1,congo=2'],
    ['has 33 members', members(33, 8).join(',')],
    ['has a key with a capital', 'Congo=1'],
    ['has no value', 'congo='],
    ['has no equals sign', 'congo'],
    ['has one too many', 'congo=1=2'],
    ['has a character that is not ASCII', 'congo=한글'],
    ['has a line break', 'congo=a\nb'],
    ['has a key of 257 characters', `${'a'.repeat(257)}=1`],
    ['has a value of 257 characters', `a=${'b'.repeat(257)}`],
    ['has more than 10,240 characters', `a=${'b'.repeat(11_000)}`],
  ])('is left out, and its traceparent stays, where it %s', (_, header) => {
    expect(traceContextOf(TRACEPARENT, header)).toEqual({ traceparent: TRACEPARENT });
  });

  it('of more than 512 characters loses its long members first, then the last ones', () => {
    const [long] = members(1, 200);
    const short = members(32, 30).slice(1);
    const passed = stateOf([short[0], long, ...short.slice(1)].join(','));
    expect(passed).toBe(short.slice(0, 16).join(','));
    expect(passed?.length).toBeLessThanOrEqual(512);
  });
});

const XRAY = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

describe('an X-Ray header', () => {
  it.each([
    ['', XRAY],
    [' with more fields', `Self=1-a-b;${XRAY};Lineage=a87bd80c:1|68fd508a:5`],
    [
      ' with spaces and in another order',
      'Sampled=1; Parent=53995c3f42cd8ad8; Root=1-5759e988-bd862e3fe1be46a994272793',
    ],
  ])('becomes a trace context%s', (_, header) => {
    expect(traceContextOfXRay(header)).toEqual({
      traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01',
    });
  });

  it.each([
    ['nothing', undefined],
    ['one that nobody records', XRAY.replace('Sampled=1', 'Sampled=0')],
    ['one without a decision', XRAY.replace('Sampled=1', 'Sampled=?')],
    ['one without a parent', XRAY.replace('Parent=53995c3f42cd8ad8;', '')],
    ['one with a parent of zeros', XRAY.replace('53995c3f42cd8ad8', '0'.repeat(16))],
    ['one with another version', XRAY.replace('Root=1', 'Root=2')],
    ['one with a root that is short', XRAY.replace('5759e988', '5759e98')],
    ['one of 11,000 characters', `${XRAY};${'a'.repeat(11_000)}`],
  ])('is ignored where it is %s', (_, header) => {
    expect(traceContextOfXRay(header)).toBeUndefined();
  });
});

describe('a new trace', () => {
  it('is a valid one, the same for a nonce and another for another', () => {
    const [first, again, other] = ['a1', 'a1', 'b2'].map(newTrace);
    expect(first).toEqual(traceContextOf(first?.traceparent));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});
