/**
 * The time of the local cloud: the machine's, moved by as much as tests and the demo like. Its functions and its
 * EventBridge have it.
 *
 * The cluster keeps the machine's own time, be it the embedded one or a real one: the times at which objects are made
 * and tasks begin and end, the ages that kubectl shows, time limits of tasks and the lines of logs do not move. So a
 * task that still waits for its pod looks as much older as the clock was moved ahead, and the limit for pending ones
 * may end it: let tasks end before you move it far.
 */
export type FakeClock = {
  readonly now: () => Date;
  /** Makes it `moment`. From there it goes on as the machine's clock does. */
  moveTo(moment: Date): void;
  /** How far it was moved, for another thread's {@link moveDate}. */
  readonly offset: SharedArrayBuffer;
};

/** Milliseconds since 1970, whatever becomes of this thread's Date. */
const machineNow = Date.now;

/** The machine's time until it is moved. */
export function newMovedClock(): FakeClock {
  const offset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const moved = new BigInt64Array(offset);
  return {
    offset,
    now: () => new Date(movedNow(moved)),
    moveTo: (moment) => {
      Atomics.store(moved, 0, BigInt(moment.getTime() - machineNow()));
    },
  };
}

const movedNow = (moved: BigInt64Array): number => machineNow() + Number(Atomics.load(moved, 0));

/** Gives this thread a Date by the clock of `offset`: a bundle, which knows nothing of it, then asks it the time. */
export function moveDate(offset: SharedArrayBuffer): void {
  const moved = new BigInt64Array(offset);
  const now = () => movedNow(moved);
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new Date(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
}
