/**
 * Clock of the local cloud, shared by the functions and EventBridge: the system clock plus an offset that tests and the
 * demo set.
 * The cluster, embedded or real, keeps the system clock: creation times, start and end of tasks, ages in kubectl, task
 * timeouts and log timestamps do not move. A task that is still pending therefore looks older by the offset, and may
 * hit the pending timeout: let tasks end before you move the clock far.
 */
export type FakeClock = {
  readonly now: () => Date;
  /** Sets the clock to `time`, from where it runs on. */
  moveTo(time: Date): void;
  /** Offset in ms, shared with other threads for {@link replaceDate}. */
  readonly offset: SharedArrayBuffer;
};

/** System time in ms since 1970, even if this thread's Date is replaced. */
const systemNow = Date.now;

/** Creates a clock without an offset. */
export function createFakeClock(): FakeClock {
  const offset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const moved = new BigInt64Array(offset);
  return {
    offset,
    now: () => new Date(movedNow(moved)),
    moveTo: (time) => {
      Atomics.store(moved, 0, BigInt(time.getTime() - systemNow()));
    },
  };
}

const movedNow = (moved: BigInt64Array): number => systemNow() + Number(Atomics.load(moved, 0));

/** Replaces this thread's Date by one with the clock's offset, for bundles that do not know of it. */
export function replaceDate(offset: SharedArrayBuffer): void {
  const moved = new BigInt64Array(offset);
  const now = () => movedNow(moved);
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new Date(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
}
