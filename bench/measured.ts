/*
 * Child process that calls a handler so many times and sends its parent the cost of each call. Its argument: how
 * many times, the module, the event, and how far its clock is ahead. Peak memory is that of the whole process, as Lambda
 * counts it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest, IncomingMessage } from 'node:http';
import { createFakeClock, replaceDate } from '../local/fake-clock.ts';

const { times, module, event, aheadMs } = JSON.parse(process.argv[2] ?? '');

const clock = createFakeClock();
clock.moveTo(new Date(Date.now() + aheadMs));
replaceDate(clock.offset);

let requests = 0;
subscribe('http.client.request.start', () => {
  requests += 1;
});

/** Of the bodies of reads, as they come over the wire. */
let bytes = 0;
subscribe('http.client.response.finish', (message) => {
  if (typeof message !== 'object' || message === null) return;
  if (!('request' in message && 'response' in message)) return;
  const { request, response } = message;
  if (!(request instanceof ClientRequest && response instanceof IncomingMessage)) return;
  if (request.method !== 'GET') return;
  const push = response.push.bind(response);
  response.push = (chunk, encoding) => {
    bytes += chunk?.length ?? 0;
    return push(chunk, encoding);
  };
});

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const { handler } = await import(module);
for (let time = 0; time < times; time += 1) {
  const before = { requests, bytes, at: performance.now(), cpu: process.cpuUsage() };
  const outcome: unknown = await handler(event, { getRemainingTimeInMillis: () => 240_000 });
  process.send?.({
    ms: performance.now() - before.at,
    cpuMs: cpuMsSince(before.cpu),
    requests: requests - before.requests,
    bytes: bytes - before.bytes,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    outcome,
  });
}
process.disconnect();
