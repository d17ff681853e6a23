import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { encodeData, secretSubject, secretsIn } from '../platform/kubernetes/secrets.ts';
import { LABEL, MANAGED_BY } from '../platform/labels.ts';
import type { RunSecrets } from './runs.ts';
import type { RunRecord } from './task.ts';

/** Creates the Secrets of runs, of tasks and of builds; needs no right to read Secrets. */
export const kubernetesRunSecrets = ({ custom }: Connection): RunSecrets => ({
  createOwned: (run, name, data) =>
    callApi<'made' | 'exists'>(
      secretSubject(run.space, name),
      async () => {
        const body = { ...toRunSecret(run, name), data: encodeData(data) };
        await custom.createNamespacedCustomObject({ ...secretsIn(run.space), body });
        return 'made';
      },
      // Another conflict has made nothing.
      ({ reason }) => (reason === 'AlreadyExists' ? 'exists' : undefined),
    ),
});

const toRunSecret = (run: Pick<RunRecord, 'space' | 'name' | 'uid'>, name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'Opaque',
  metadata: {
    name,
    namespace: run.space,
    labels: { [LABEL.managedBy]: MANAGED_BY },
    ownerReferences: [{ apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', name: run.name, uid: run.uid }],
  },
});
