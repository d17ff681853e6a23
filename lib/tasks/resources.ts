import type { Resources } from '../apps/app.ts';
import { formatCpu, formatSize } from '../platform/quantities.ts';

const GIBIBYTE = 1024 ** 3;
const CPU_PER_GIBIBYTE = 100;

/** Thousandths of a processor and bytes; nothing left open. */
export type Limits = { readonly cpu: number; readonly memory: number; readonly disk: number };

/**
 * What a task gets: the request's own values, else the app's, else Kf's defaults (1 GiB of memory and of disk;
 * 100 thousandths of a processor for each GiB of memory, and no less).
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
 * Requests and limits alike, so that an override above the app's limit makes a pod that is valid. No CPU limit:
 * it would only slow a task on an idle node.
 */
export function toComputeResources({ cpu, memory, disk }: Limits) {
  const sizes = { memory: formatSize(memory), 'ephemeral-storage': formatSize(disk) };
  return { requests: { cpu: formatCpu(cpu), ...sizes }, limits: sizes };
}
