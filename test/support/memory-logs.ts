import type { LogPiece, LogStart, Logs } from '../../lib/tasks/log.ts';

/** A line of a log. One without its end is being written, or the last one. */
export type LogLine = { readonly time: string; readonly text: string; readonly isOpen?: boolean };

/** Bytes of a line in pieces of a size. */
export function* inPieces(time: string, bytes: Buffer, size = 65_536): Generator<LogPiece> {
  for (let at = 0; at < bytes.length; at += size) yield { time, bytes: bytes.subarray(at, at + size) };
}

export const piecesOf = ({ time, text, isOpen = false }: LogLine): Generator<LogPiece> =>
  inPieces(time, Buffer.from(isOpen ? text : `${text}\n`));

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

async function* linesFrom(log: readonly LogLine[], { tail, since }: LogStart): AsyncGenerator<LogPiece> {
  const late = since === undefined ? log : log.filter(({ time }) => Number(time) >= since);
  for (const line of tail === undefined ? late : late.slice(-tail)) yield* piecesOf(line);
}
