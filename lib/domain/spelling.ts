import type { AppSpec, Resources } from './app.ts';
import { formatCpu, formatDuration, formatSize } from './quantities.ts';

/** An app's fields as an App in the cluster, and an answer, spell them: sizes as Kubernetes does. */
export function spell({ resources, taskTimeout, pendingTimeout, ...spec }: AppSpec) {
  return {
    ...spec,
    ...(resources === undefined ? {} : { resources: spellResources(resources) }),
    ...(taskTimeout === undefined ? {} : { taskTimeout: formatDuration(taskTimeout) }),
    ...(pendingTimeout === undefined ? {} : { pendingTimeout: formatDuration(pendingTimeout) }),
  };
}

/** Resources as an App or a Job in the cluster, and an answer, spell them. */
export const spellResources = ({ cpu, memory, disk }: Resources) => ({
  ...(cpu === undefined ? {} : { cpu: formatCpu(cpu) }),
  ...(memory === undefined ? {} : { memory: formatSize(memory) }),
  ...(disk === undefined ? {} : { disk: formatSize(disk) }),
});
