/*
 * Process that invokes one function, unbundled, and sends its parent the source files of which a named function ran (V8
 * precise coverage). Its argument: the module, the event, the folder of the sources, and the clock's lead in ms.
 */
import { Session } from 'node:inspector/promises';
import { createFakeClock, replaceDate } from '../local/fake-clock.ts';

const { module, event, sources, aheadMs } = JSON.parse(process.argv[2] ?? '');

const clock = createFakeClock();
clock.moveTo(new Date(Date.now() + aheadMs));
replaceDate(clock.offset);

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

const { handler } = await import(module);
// Each take resets the counts: what modules run while they load is left out.
await session.post('Profiler.takePreciseCoverage');
await handler(event, { getRemainingTimeInMillis: () => 60_000 });
const { result } = await session.post('Profiler.takePreciseCoverage');

const ran = result.filter(({ functions }) =>
  functions.some(({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0),
);
const files = ran.map(({ url }) => url.replace(/\?.*$/, '')).filter((url) => url.startsWith(sources));
const paths = [...new Set(files)].map((url) => url.slice(sources.length));
process.send?.(paths.filter((path) => /^(lib|functions)\//.test(path)).sort(), () => process.exit(0));
