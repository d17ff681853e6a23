import type { LogLine, LogStart, Logs } from '../../lib/tasks/log.ts';

/** The log of each pod by its name, and of a build's step by `pod/step`; or `notStarted` before its container runs. */
export type MemoryPods = Map<string, readonly LogLine[] | 'notStarted'>;

/** The logs of pods in memory, with the API server's own rule: `since` counts whole seconds. */
export const memoryLogs = (pods: MemoryPods): Logs => ({
  async read(_space, pod, start, step) {
    const log = pods.get(step === undefined ? pod : `${pod}/${step}`);
    if (log === undefined) return 'gone';
    return log === 'notStarted' ? log : linesFrom(log, start);
  },
});

async function* linesFrom(log: readonly LogLine[], { tail, since }: LogStart): AsyncGenerator<LogLine> {
  const late = since === undefined ? log : log.filter(({ time }) => Number(time) >= since);
  yield* tail === undefined ? late : late.slice(-tail);
}
