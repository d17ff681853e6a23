/*
 * A process of its own that calls a handler so many times and tells its parent what each call took. Its arguments: how
 * many times, and the module. Peak memory is that of the whole process, as Lambda counts it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

const [times, module = ''] = process.argv.slice(2);

const sockets = new Set<Socket>();
let requests = 0;
subscribe('http.client.request.start', (message) => {
  requests += 1;
  if (typeof message !== 'object' || message === null || !('request' in message)) return;
  if (!(message.request instanceof ClientRequest)) return;
  const { socket } = message.request;
  if (socket === null) message.request.once('socket', (given) => sockets.add(given));
  else sockets.add(socket);
});
const bytesRead = (): number => [...sockets].reduce((sum, socket) => sum + socket.bytesRead, 0);

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const { handler } = await import(module);
for (let time = 0; time < Number(times); time += 1) {
  const before = { requests, bytes: bytesRead(), at: performance.now(), cpu: process.cpuUsage() };
  const outcome: unknown = await handler({}, { getRemainingTimeInMillis: () => 55_000 });
  process.send?.({
    ms: performance.now() - before.at,
    cpuMs: cpuMsSince(before.cpu),
    requests: requests - before.requests,
    bytes: bytesRead() - before.bytes,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    outcome,
  });
}
process.disconnect();
