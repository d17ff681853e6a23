import { type Firing, MINUTE_MS } from './dispatcher.ts';

export type Clock = {
  /** Fires the rules of a minute, and makes what deliveries are due by now. Resolves when they have been answered. */
  runMinute(minute: Date): Promise<void>;
  /**
   * Goes from the last minute that ran to `end`, both minutes and late deliveries in their order, with `moveClock`
   * called before each: a month in a second, for tests and demonstrations.
   */
  runUntil(end: Date, moveClock: (moment: Date) => void): Promise<void>;
  /** Fires at each minute of the real clock from the next one on, once; a second call changes nothing. */
  startTicker(): void;
  stopTicker(): void;
};

/** The ticker looks for late and repeated deliveries this often, in ms, since they are queued while it waits. */
const LOOK_EVERY_MS = 1000;

const minuteOf = (moment: number): number => moment - (moment % MINUTE_MS);

/** What makes time pass for a bus. Nothing fires in the minute of its making. */
export function newClock(firing: Firing, now: () => Date): Clock {
  let ran = minuteOf(now().getTime());
  let timer: NodeJS.Timeout | undefined;

  const step = async (moment: number, deliverUntil = moment): Promise<void> => {
    const minute = minuteOf(moment);
    if (minute > ran) {
      ran = minute;
      firing.fire(new Date(minute));
    }
    await firing.deliver(new Date(deliverUntil));
  };
  const nextStep = (): number => Math.min(ran + MINUTE_MS, firing.next());

  // A machine that slept has missed its minutes, as one that was off; a timer that is early finds nothing to do.
  const tick = (): void => {
    void step(now().getTime());
    const wait = Math.min(nextStep() - now().getTime(), LOOK_EVERY_MS);
    timer = setTimeout(tick, Math.max(wait, 1)).unref();
  };

  return {
    runMinute: (minute) => step(minute.getTime(), Math.max(minute.getTime(), now().getTime())),
    runUntil: async (end, moveClock) => {
      for (let at = nextStep(); at <= end.getTime(); at = nextStep()) {
        moveClock(new Date(at));
        await step(at);
      }
      moveClock(end);
    },
    startTicker: () => {
      if (timer !== undefined) return;
      ran = Math.max(ran, minuteOf(now().getTime()));
      tick();
    },
    stopTicker: () => clearTimeout(timer),
  };
}
