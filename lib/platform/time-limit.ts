/**
 * Aborts after so many ms. AbortSignal.timeout does not where only an AbortSignal.any listens to it: the garbage
 * collector takes it with its timer (seen on Node 20). Such a timer keeps no process alive.
 */
export function timeLimit(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms).unref();
  return controller.signal;
}
