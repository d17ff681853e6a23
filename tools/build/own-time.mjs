import { syncBuiltinESMExports } from 'node:module';
import { withGlobal } from '@sinonjs/fake-timers';

/** Pause between two steps of the time, in ms. */
const STEP_MS = 5;

/**
 * Replaces the timers, Date and performance of a global by those of a time that stands still while the machine gives this
 * process no processor: a budget of calls runs out because nobody answers, never because other processes are busy. One
 * step is the time that passed, but at most what the process computed in it, and 5 ms. Returns what puts the old back.
 * @param {typeof globalThis} global
 * @returns {() => void}
 */
export function startOwnTime(global) {
  const { setTimeout: later, clearTimeout: never, performance: system } = globalThis;
  const now = system.now.bind(system);
  const clock = withGlobal(global).install({
    now: Date.now(),
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  Object.assign(global.performance, { eventLoopUtilization: system.eventLoopUtilization.bind(system) });
  // For named imports of node:timers/promises.
  syncBuiltinESMExports();

  let passed = now();
  let computed = process.cpuUsage();
  const step = () => {
    const { user, system: inKernel } = process.cpuUsage(computed);
    computed = process.cpuUsage();
    const since = now() - passed;
    passed += since;
    clock.tick(Math.min(since, (user + inKernel) / 1000 + STEP_MS));
    timer = later(step, STEP_MS);
  };
  let timer = later(step, STEP_MS);
  return () => {
    never(timer);
    clock.uninstall();
    syncBuiltinESMExports();
  };
}
