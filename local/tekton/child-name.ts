import { createHash } from 'node:crypto';

/** Longest name of a child, so that it also fits a label's value. */
const LONGEST = 63;
const MD5_LENGTH = 32;
const HEAD = LONGEST - MD5_LENGTH;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * Name of a parent's child: `<parent><suffix>`, with a hash in place of the end of a parent's name that is too long.
 * As knative.dev/pkg/kmeta.ChildName, so the names are those that a real Tekton gives.
 */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= LONGEST) return parent + suffix;
  if (suffix.length < HEAD) return `${parent.slice(0, HEAD - suffix.length)}${md5(parent)}${suffix}`;
  const hashed = `${parent.slice(0, HEAD)}${md5(parent + suffix)}`;
  return `${hashed}${suffix.slice(0, LONGEST - hashed.length)}`.replace(/[^a-z0-9]+$/, '');
}
