import { DomainError } from '../../../lib/platform/errors.ts';
import { type FaultProxy, faultPorts, type Service } from '../../support/fault-ports.ts';
import type { AllPorts } from '../../support/memory-ports.ts';
import type { Invocation } from './history.ts';
import type { Outages } from './outages.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Rates of failures. */
export type Hazards = {
  /** Chance that a function is killed. */
  readonly kill: Readonly<Record<Invocation['kind'], number>>;
  /** Chance that a call is refused; half of those have had their effect. */
  readonly refuse: number;
};

/** Maximum calls of a function before it is killed. */
const MAX_CALLS = { fire: 9, reconcile: 60, user: 12, space: 30 } as const;

/** Lambda ends a function after this long. */
const TIME_LIMIT_MS = 55_000;

/** Time until a call to an unreachable service fails, in ms. */
const UNREACHABLE_MS = 5_000;

export type Functions = {
  /** Calls a function. Resolves when it has ended or died. */
  invoke(kind: Invocation['kind'], work: (ports: AllPorts) => Promise<unknown>): Promise<Invocation>;
  /** Invocation that causes the current effect. */
  current(): Invocation | undefined;
  readonly counts: { killed: number; refused: number };
};

export type FunctionsOptions = {
  readonly time: VirtualTime;
  readonly outages: Outages;
  readonly random: Random;
  /** Ports without latency or loss. */
  readonly ports: AllPorts;
  readonly hazards: () => Hazards;
  /** Called with each error that a function throws or logs and that is no DomainError. */
  readonly onFault: (fault: string) => void;
  /** Called with each call that had its effect. */
  readonly trace?: ((call: TracedCall) => void) | undefined;
};

export type TracedCall = {
  readonly at: number;
  readonly by: Invocation;
  readonly method: string;
  readonly input: readonly unknown[];
  readonly result: unknown;
};

/** One function at work. `calls`: how many it has left before it is killed. */
type Life = {
  readonly invocation: Invocation;
  calls: number;
  readonly diesAfterEffect: boolean;
  isDead: boolean;
  readonly die: () => void;
};

const DEAD = Symbol('dead');

/** A dead function waits for ever for its call's answer. */
const never = new Promise<never>(() => {});

/** Functions that are slow, are refused calls, and die at any of them, before its effect or after it. */
export function functionsOf(options: FunctionsOptions): Functions {
  const { time, outages, random, ports, hazards, onFault, trace } = options;
  let current: Invocation | undefined;
  const counts = { killed: 0, refused: 0 };

  const kill = (life: Life): typeof DEAD => {
    life.isDead = true;
    life.invocation.isHealthy = false;
    counts.killed += 1;
    life.die();
    return DEAD;
  };
  const refuse = (life: Life, service: Service): never => {
    life.invocation.isHealthy = false;
    counts.refused += 1;
    throw new DomainError('unavailable', `The ${service} is out of reach (simulated).`);
  };
  const isAtItsEnd = ({ invocation }: Life): boolean =>
    time.now() - invocation.began > TIME_LIMIT_MS || outages.isDown('all', time.now());

  const causedBy = async <T>(invocation: Invocation, effect: () => Promise<T>): Promise<T> => {
    current = invocation;
    try {
      return await effect();
    } finally {
      current = undefined;
    }
  };

  const gateOf =
    (life: Life): FaultProxy =>
    async ({ service, method, input, effect }) => {
      if (life.isDead) return never;
      const isRefused = random.chance(hazards().refuse);
      const answer = await time.at(
        time.now() + latencyOf(random, outages.isDown(service, time.now())),
        () => {
          life.calls -= 1;
          if (isAtItsEnd(life) || (life.calls <= 0 && !life.diesAfterEffect)) return kill(life);
          if (outages.isDown(service, time.now()) || (isRefused && random.chance(0.5)))
            return refuse(life, service);
          return causedBy(life.invocation, async () => {
            const result = await effect();
            trace?.({ at: time.now(), by: life.invocation, method, input, result });
            if (life.calls <= 0) return kill(life);
            return isRefused ? refuse(life, service) : result;
          });
        },
      );
      return answer === DEAD ? never : answer;
    };

  const portsFor = (life: Life): AllPorts => ({
    ...faultPorts(ports, gateOf(life)),
    now: () => new Date(time.now()),
    wait: async (ms) => {
      await time.sleep(ms);
      if (life.isDead || isAtItsEnd(life)) {
        if (!life.isDead) kill(life);
        await never;
      }
    },
    log: (level, message, fields) => {
      if (level === 'error' && fields?.kind !== 'unavailable')
        onFault(`${message} ${JSON.stringify(fields)}`);
    },
  });

  return {
    counts,
    current: () => current,
    async invoke(kind, work) {
      const invocation: Invocation = { kind, began: time.now(), isHealthy: true };
      const calls = random.chance(hazards().kill[kind])
        ? random.between(1, MAX_CALLS[kind])
        : Number.POSITIVE_INFINITY;
      const diesAfterEffect = random.chance(0.5);
      await new Promise<void>((resolve) => {
        const life: Life = { invocation, calls, diesAfterEffect, isDead: false, die: resolve };
        work(portsFor(life)).then(
          () => end(invocation, resolve),
          (error: unknown) => {
            invocation.isHealthy = false;
            if (!(error instanceof DomainError))
              onFault(error instanceof Error ? `${error.stack}` : `${error}`);
            resolve();
          },
        );
      });
      return invocation;
    },
  };

  function end(invocation: Invocation, resolve: () => void): void {
    invocation.ended = time.now();
    resolve();
  }
}

const latencyOf = (random: Random, isDown: boolean): number => {
  if (isDown) return UNREACHABLE_MS;
  return random.chance(0.002) ? random.between(500, 8_000) : random.between(2, 40);
};
