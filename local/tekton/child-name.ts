import { createHash } from 'node:crypto';

/** Length limit of a child's name, which must fit a label value. */
const MAX_LENGTH = 63;
const MD5_LENGTH = 32;
const HEAD = MAX_LENGTH - MD5_LENGTH;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * Name of a child: `<parent><suffix>`, with a hash in place of the end of a parent's name that is too long. Equals
 * knative.dev/pkg/kmeta.ChildName, so names are those of a real Tekton.
 */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= MAX_LENGTH) return parent + suffix;
  if (suffix.length < HEAD) return `${parent.slice(0, HEAD - suffix.length)}${md5(parent)}${suffix}`;
  const hashed = `${parent.slice(0, HEAD)}${md5(parent + suffix)}`;
  return `${hashed}${suffix.slice(0, MAX_LENGTH - hashed.length)}`.replace(/[^a-z0-9]+$/, '');
}
