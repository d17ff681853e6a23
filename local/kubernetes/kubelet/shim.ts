import { appendLog } from './container-log.ts';
import { type ProcessSpec, type RunningProcess, startProcess } from './process.ts';

/*
 * Process that starts containers' programs and writes their logs, as containerd's shim does. A fork blocks its caller,
 * the longer the more memory it has.
 */

/** Program to start, or to stop. Without a log file its output is discarded. */
export type ShimRequest =
  | { readonly id: number; readonly start: ProcessSpec; readonly logFile: string | undefined }
  | { readonly id: number; readonly graceMs: number };

/** Bytes added to a log, or the exit of a program. */
export type ShimEvent = { readonly id: number } & (
  | { readonly bytes: number }
  | { readonly exitCode: number }
);

const running = new Map<number, RunningProcess>();

const send = (event: ShimEvent): void => {
  // The kubelet may be dead; then nobody receives events.
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
  // A failure is a bug: it is not caught and ends this process.
  void program.ended.then((exitCode) => {
    running.delete(id);
    send({ id, exitCode });
  });
});

// No program outlives the kubelet, even after SIGKILL. This process exits with the last of them.
process.on('disconnect', () => {
  for (const program of running.values()) program.terminate(0);
});
