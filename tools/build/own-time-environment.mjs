import { createRequire } from 'node:module';
import { startOwnTime } from './own-time.mjs';

/** @type {typeof import('jest-environment-node')} */
const environment = createRequire(import.meta.url)('jest-environment-node');

/** Jest environment whose timers, also those of its tests, stand still while the machine is busy with other processes. */
export default class OwnTime extends environment.TestEnvironment {
  /** @type {(() => void) | undefined} */
  #stop;

  /** @override */
  async setup() {
    await super.setup();
    this.#stop = startOwnTime(this.global);
  }

  /** @override */
  async teardown() {
    this.#stop?.();
    await super.teardown();
  }
}
