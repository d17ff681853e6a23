import { appendLog } from './container-log.ts';
import { type ProcessSpec, type RunningProcess, startProcess } from './process.ts';

/*
 * A process of its own that starts the programs of containers and writes their logs, as containerd's shim does: a fork
 * stops the one who forks, and the more memory it has, the longer.
 */

/** A program to start, or one to end. Without a log file, output is discarded. */
export type ShimRequest =
  | { readonly id: number; readonly start: ProcessSpec; readonly logFile: string | undefined }
  | { readonly id: number; readonly graceMs: number };

/** Bytes that were added to a log, or the end of a program. */
export type ShimEvent = { readonly id: number } & (
  | { readonly bytes: number }
  | { readonly exitCode: number }
);

const running = new Map<number, RunningProcess>();

const send = (event: ShimEvent): void => {
  // The kubelet may have died: then nobody listens any more.
  if (process.connected) process.send?.(event);
};

process.on('message', (request: ShimRequest) => {
  const { id } = request;
  if ('graceMs' in request) {
    running.get(id)?.terminate(request.graceMs);
    return;
  }
  const { start, logFile } = request;
  const log = logFile === undefined ? undefined : appendLog(logFile, (bytes) => send({ id, bytes }));
  const program = startProcess(start, log);
  running.set(id, program);
  // A failure is a bug: it is not caught, and ends this process.
  void program.ended.then((exitCode) => {
    running.delete(id);
    send({ id, exitCode });
  });
});

// However the kubelet ended, SIGKILL included: no program outlives it. This process ends with the last of them.
process.on('disconnect', () => {
  for (const program of running.values()) program.terminate(0);
});
