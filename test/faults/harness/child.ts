import { replaceDate } from '../../../local/fake-clock.ts';

/*
 * A function's bundle in a process of its own, which calls it once. Its arguments: the bundle, and in JSON the event,
 * the time that Lambda gives it and the time to begin at, in ms since 1970.
 */

const [bundle = '', given = '{}'] = process.argv.slice(2);
const { event, remainingMs, nowMs } = JSON.parse(given);

const offset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
new BigInt64Array(offset)[0] = BigInt(nowMs - Date.now());
replaceDate(offset);

const { handler } = await import(bundle);
await handler(event, { getRemainingTimeInMillis: () => remainingMs });
process.exit(0);
