import { isLabelKey } from './label-key.ts';

const PLAIN = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

const KEYED = /^metadata\.(?:labels|annotations)\['([^']+)'\]$/;

/** Whether a variable may take its value from this field of its pod: all that Kubernetes allows, and nothing else. */
export function isFieldPath(path: string): boolean {
  const [, key] = KEYED.exec(path) ?? [];
  return key === undefined ? PLAIN.includes(path) : isLabelKey(key);
}
