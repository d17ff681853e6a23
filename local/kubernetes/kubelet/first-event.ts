import { type EventEmitter, once } from 'node:events';

/** Waits for the first of several events and then removes all listeners. Rejects if an error comes first. */
export async function firstEvent(emitter: EventEmitter, ...names: readonly string[]): Promise<void> {
  const settled = new AbortController();
  try {
    await Promise.race(names.map((name) => once(emitter, name, { signal: settled.signal })));
  } finally {
    settled.abort();
  }
}
