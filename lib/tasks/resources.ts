import type { Resources } from '../apps/app.ts';
import { formatCpu, formatSize } from '../platform/quantities.ts';

const GIBIBYTE = 1024 ** 3;
const CPU_PER_GIBIBYTE = 100;

/** Limits of a task: `cpu` in thousandths of a processor, `memory` and `disk` in bytes. */
export type Limits = { readonly cpu: number; readonly memory: number; readonly disk: number };

/**
 * Resolves the limits of a task: the request's, else the app's, else Kf's defaults (1 GiB of memory and of disk; 100
 * thousandths of a processor for each GiB of memory, at least 100).
 */
export function limitsFor(app: Resources = {}, task: Resources = {}): Limits {
  const memory = task.memory ?? app.memory ?? GIBIBYTE;
  return {
    memory,
    disk: task.disk ?? app.disk ?? GIBIBYTE,
    cpu: task.cpu ?? app.cpu ?? Math.round(CPU_PER_GIBIBYTE * Math.max(1, memory / GIBIBYTE)),
  };
}

/**
 * Resource requirements of a container. Requests equal limits, so that an override above the app's limit makes a valid pod.
 * No CPU limit: it would only throttle a task on an idle node.
 */
export function toComputeResources({ cpu, memory, disk }: Limits) {
  const sizes = { memory: formatSize(memory), 'ephemeral-storage': formatSize(disk) };
  return { requests: { cpu: formatCpu(cpu), ...sizes }, limits: sizes };
}
