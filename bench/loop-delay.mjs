/* Loaded into a process that serves: sends its parent, for each message, the longest delay of its event loop so far, in ms. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  process.on('message', () => process.send?.({ longestMs: delays.max / 1e6 }));
}
