import * as v from 'valibot';
import { TASK_SERVICE_ACCOUNT } from '../labels.ts';
import type { ServiceAccounts } from '../ports.ts';
import { CORE, type Connection } from './client.ts';
import { callApi } from './errors.ts';

const ServiceAccount = v.object({
  metadata: v.object({ labels: v.optional(v.record(v.string(), v.string()), {}) }),
});

/** Service accounts of the cluster. */
export const kubernetesServiceAccounts = ({ custom }: Connection): ServiceAccounts => ({
  async allowsTasks(space, name) {
    const found = await callApi<unknown>(
      { space, what: `Service account "${name}"` },
      () => custom.getNamespacedCustomObject({ ...CORE, plural: 'serviceaccounts', namespace: space, name }),
      ({ code }) => (code === 404 ? null : undefined),
    );
    return found !== null && v.parse(ServiceAccount, found).metadata.labels[TASK_SERVICE_ACCOUNT] === 'true';
  },
});
