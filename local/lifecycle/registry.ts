/*
 * Simulated registry: every image exists and is writable, except for names that ask for a failure, so that tests and
 * users can see how a build fails.
 */

/** Domain that never resolves (RFC 6761). */
const UNREACHABLE = /^[^/]*\.invalid(:\d+)?\//;
const MISSING = /\/missing(:[^/]*)?(@.*)?$/;

const withoutTag = (reference: string): string => reference.split('/')[0] ?? '';

/** Tests for an image whose registry is unreachable: a host in `.invalid`. */
export const isUnreachable = (reference: string): boolean => UNREACHABLE.test(reference);

/** Tests if an image exists: every one does, except those named `missing`. */
export const imageExists = (reference: string): boolean => reference !== '' && !MISSING.test(reference);

/** Error message of the lifecycle for an unreachable registry. */
export const unreachableMessage = (reference: string): string =>
  `failed to ensure registry read access to ${reference}: Get "https://${withoutTag(reference)}/v2/": dial tcp: connect: connection refused`;
