/*
 * A process of its own that calls a handler so many times and tells its parent what each call took. Its argument: how
 * many times, the module, the event, and how far its clock is ahead. Peak memory is that of the whole process, as Lambda
 * counts it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { moveDate, newMovedClock } from '../local/moved-clock.ts';

const { times, module, event, aheadMs } = JSON.parse(process.argv[2] ?? '');

const clock = newMovedClock();
clock.moveTo(new Date(Date.now() + aheadMs));
moveDate(clock.offset);

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
for (let time = 0; time < times; time += 1) {
  const before = { requests, bytes: bytesRead(), at: performance.now(), cpu: process.cpuUsage() };
  const outcome: unknown = await handler(event, { getRemainingTimeInMillis: () => 240_000 });
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
