import type { AppSpec, Resources } from '../apps/app.ts';
import { formatCpu, formatDuration, formatSize } from './quantities.ts';

/** An app's fields as an App in the cluster, and an answer, spell them: sizes as Kubernetes does. */
export function serialize({ resources, taskTimeout, pendingTimeout, ...spec }: AppSpec) {
  return {
    ...spec,
    ...(resources === undefined ? {} : { resources: serializeResources(resources) }),
    ...(taskTimeout === undefined ? {} : { taskTimeout: formatDuration(taskTimeout) }),
    ...(pendingTimeout === undefined ? {} : { pendingTimeout: formatDuration(pendingTimeout) }),
  };
}

/** Resources as an App or a Job in the cluster, and an answer, spell them. */
export const serializeResources = ({ cpu, memory, disk }: Resources) => ({
  ...(cpu === undefined ? {} : { cpu: formatCpu(cpu) }),
  ...(memory === undefined ? {} : { memory: formatSize(memory) }),
  ...(disk === undefined ? {} : { disk: formatSize(disk) }),
});
