import * as v from 'valibot';
import { TASK_SERVICE_ACCOUNT } from '../../domain/labels.ts';
import type { ServiceAccounts } from '../../ports.ts';
import type { Connection } from './connection.ts';
import { domainErrorOf, failureOf } from './failure.ts';

const ServiceAccount = v.object({
  metadata: v.object({ labels: v.optional(v.record(v.string(), v.string()), {}) }),
});

/** Service accounts of the cluster. */
export const kubernetesServiceAccounts = ({ core }: Connection): ServiceAccounts => ({
  async allowsTasks(space, name) {
    const path = `/api/v1/namespaces/${space}/serviceaccounts/${name}`;
    const { status, text } = await core({ method: 'GET', path });
    if (status === 404) return false;
    if (status !== 200)
      throw domainErrorOf(failureOf(status, text), { space, what: `Service account "${name}"` });
    return v.parse(ServiceAccount, JSON.parse(text)).metadata.labels[TASK_SERVICE_ACCOUNT] === 'true';
  },
});
