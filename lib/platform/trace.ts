import { hashOf } from './names.ts';

/** Trace context of W3C: the `traceparent` of version 00, and the `tracestate` that belongs to it. */
export type TraceContext = { readonly traceparent: string; readonly tracestate?: string | undefined };

/** Longest header that is looked at, in characters: as long as all headers of a request may be together. */
const MAX_HEADER_LENGTH = 10_240;

/** Longest `traceparent`: one of a later version may have more fields after its flags. */
const MAX_TRACEPARENT_LENGTH = 256;

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Flags that are defined: sampled, and a trace id of random digits. Others are cleared, as W3C says. */
const FLAGS = 0x03;

/**
 * Trace context of two headers, each of which anybody may have written. `undefined` for a `traceparent` that W3C ignores; a
 * malformed `tracestate` is left out. A later version is read as its first fields, and becomes version 00.
 */
export function traceContextOf(traceparent?: string, tracestate?: string): TraceContext | undefined {
  if (traceparent === undefined || traceparent.length > MAX_TRACEPARENT_LENGTH) return undefined;
  const [, version, trace = '', parent = '', flags = '', more] = TRACEPARENT.exec(traceparent.trim()) ?? [];
  if (version === undefined || version === 'ff' || isZero(trace) || isZero(parent)) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  const known = (Number.parseInt(flags, 16) & FLAGS).toString(16).padStart(2, '0');
  const state = toTracestate(tracestate);
  return {
    traceparent: `00-${trace}-${parent}-${known}`,
    ...(state === undefined ? {} : { tracestate: state }),
  };
}

const isZero = (digits: string): boolean => /^0*$/.test(digits);

const MAX_MEMBERS = 32;

/** Longest `tracestate` that is passed on, in characters, and member that goes first where it is longer: as W3C says. */
const MAX_TRACESTATE_LENGTH = 512;
const LONG_MEMBER = 128;

/** Member of a `tracestate`: `vendor=value`, or `tenant@vendor=value`. */
const MEMBER =
  /^([a-z][-a-z0-9_*/]{0,255}|[a-z0-9][-a-z0-9_*/]{0,240}@[a-z][-a-z0-9_*/]{0,13})=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/;

/** A `tracestate` within the limits: long members go first, then the last ones. `undefined` for a malformed one. */
function toTracestate(header?: string): string | undefined {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return undefined;
  const members = header
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const keys = new Set(members.map((member) => member.slice(0, member.indexOf('='))));
  if (members.length > MAX_MEMBERS || keys.size < members.length) return undefined;
  if (!members.every((member) => MEMBER.test(member))) return undefined;
  return within(members) || undefined;
}

function within(members: readonly string[]): string {
  const joined = members.join(',');
  if (joined.length <= MAX_TRACESTATE_LENGTH) return joined;
  const longest = members.findLast((member) => member.length > LONG_MEMBER);
  return within(
    longest === undefined ? members.slice(0, -1) : members.filter((member) => member !== longest),
  );
}

/**
 * Trace context of an X-Ray header, `Root=1-…;Parent=…;Sampled=1`: the 8 and 24 digits of its root are the 32 of a trace id.
 * `undefined` unless it is sampled: Lambda makes a header for every invocation, and as a parent that nobody records it would
 * turn the tracing of the task off.
 */
export function traceContextOfXRay(header?: string): TraceContext | undefined {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return undefined;
  const fields = new Map(header.split(';').map((field) => pairOf(field.trim())));
  const [, time, random] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(fields.get('Root') ?? '') ?? [];
  if (fields.get('Sampled') !== '1') return undefined;
  return traceContextOf(`00-${time}${random}-${fields.get('Parent')}-01`);
}

function pairOf(field: string): readonly [string, string] {
  const at = field.indexOf('=');
  return [field.slice(0, at), field.slice(at + 1)];
}

/**
 * New trace of a run that nobody's trace brought. It follows from the random `nonce` of the run, so a repeated create has the
 * same. Sampled: whether to record it is for the task alone.
 */
export function newTrace(nonce: string): TraceContext {
  const digits = hashOf(['trace', nonce], 48);
  return { traceparent: `00-${digits.slice(0, 32)}-${digits.slice(32)}-01` };
}
