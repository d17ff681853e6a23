/*
 * There is no registry here. Every image may be read and written, but those whose names say otherwise: so a test or a user
 * can see what a build does without its registry or its run image.
 */

/** Names of this domain never resolve (RFC 6761). */
const UNREACHABLE = /^[^/]*\.invalid(:\d+)?\//;
const MISSING = /\/missing(:[^/]*)?(@.*)?$/;

const withoutTag = (reference: string): string => reference.split('/')[0] ?? '';

/** Whether the host of an image's registry takes no connections: one of the domain `.invalid`. */
export const isUnreachable = (reference: string): boolean => UNREACHABLE.test(reference);

/** Whether the registry has the image: every one but those of the name `missing`. */
export const isThere = (reference: string): boolean => reference !== '' && !MISSING.test(reference);

/** What the lifecycle says of a registry that takes no connections. */
export const unreachable = (reference: string): string =>
  `failed to ensure registry read access to ${reference}: Get "https://${withoutTag(reference)}/v2/": dial tcp: connect: connection refused`;
