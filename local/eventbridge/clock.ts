import { type Dispatcher, MINUTE_MS } from './dispatcher.ts';

export type Clock = {
  /** Fires the rules of a minute and makes the deliveries that are due. Resolves when the targets have returned. */
  runMinute(minute: Date): Promise<void>;
  /**
   * Advances to `end` through all minutes and due deliveries in order, and calls `moveClock` before each. A simulated
   * month takes a second.
   */
  runUntil(end: Date, moveClock: (time: Date) => void): Promise<void>;
  /** Fires at each minute of the system clock from the next one on. A second call has no effect. */
  startTicker(): void;
  stopTicker(): void;
};

/** Poll interval of the ticker in ms, for deliveries that are queued between two minutes. */
const TICK_MS = 1000;

const minuteOf = (time: number): number => time - (time % MINUTE_MS);

/** Creates the clock of a bus. Nothing fires in the minute of its creation. */
export function createClock(dispatcher: Dispatcher, now: () => Date): Clock {
  let ran = minuteOf(now().getTime());
  let timer: NodeJS.Timeout | undefined;

  const step = async (time: number, deliverUntil = time): Promise<void> => {
    const minute = minuteOf(time);
    if (minute > ran) {
      ran = minute;
      dispatcher.fire(new Date(minute));
    }
    await dispatcher.deliver(new Date(deliverUntil));
  };
  const nextStep = (): number => Math.min(ran + MINUTE_MS, dispatcher.next());

  // Minutes that passed while the machine slept are skipped; a timer that fires early does nothing.
  const tick = (): void => {
    void step(now().getTime());
    const wait = Math.min(nextStep() - now().getTime(), TICK_MS);
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
