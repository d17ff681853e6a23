import { randomBytes } from 'node:crypto';
import type { Kubectl } from '../../support/kubectl.ts';

/** kubectl in a namespace of its own, which `open` makes. */
export function inNamespace(given: () => Kubectl) {
  const namespace = `kubectl-${randomBytes(4).toString('hex')}`;
  const kubectl: Kubectl = (args, ...more) => given()(['-n', namespace, ...args], ...more);
  return {
    namespace,
    kubectl,
    open: async (): Promise<void> => {
      await given()(['create', 'namespace', namespace]);
    },
    close: async (): Promise<void> => {
      await given()(['delete', 'namespace', namespace, '--wait=false']);
    },
  };
}
