const PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Whether it can stand in a label's key or be its value: at most 63 characters. */
export const isLabelPart = (text: string): boolean => PART.test(text);

/** Whether it is a key of a label or an annotation: a name, perhaps behind a DNS subdomain and a slash. */
export function isLabelKey(key: string): boolean {
  const [name, prefix, ...more] = key.split('/').reverse();
  return more.length === 0 && isLabelPart(name ?? '') && (prefix === undefined || isPrefix(prefix));
}

const isPrefix = (prefix: string): boolean => prefix.length <= 253 && PREFIX.test(prefix);
