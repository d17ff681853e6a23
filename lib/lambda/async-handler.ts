import type * as v from 'valibot';
import { DomainError } from '../platform/errors.ts';
import type { Source } from '../platform/observability.ts';
import type { FiringPorts, Ports, ReconcilingPorts } from '../platform/ports.ts';
import { parse } from '../platform/schema.ts';

/** Kept of an invocation's time, in ms, so that its last calls are answered or given up, and logged, before Lambda ends it. */
const MARGIN_MS = 2_000;

/** What of Lambda's context says when it ends the invocation. */
export type Remaining = { getRemainingTimeInMillis(): number };

type Definition<W, E extends v.GenericSchema<unknown, object>> = {
  /** Name of what is done; each event is logged under it. */
  readonly verb: string;
  readonly event: E;
  /** What of the event is logged. Default: all of it. */
  readonly logFields?: ((event: v.InferOutput<E>) => object) | undefined;
  /** Who wanted the tasks that it starts; absent where it starts none. */
  readonly source?: Source | undefined;
  /** `withinMs`: all of it must have ended by then. */
  readonly run: (ports: W, event: v.InferOutput<E>, withinMs: number) => Promise<unknown>;
};

/** The ports of one invocation, all of whose calls together end after so many ms. */
export type PortsWithin<W extends Ports = Ports> = (withinMs: number) => Promise<W>;
export type ReconcilingPortsWithin = PortsWithin<ReconcilingPorts>;
export type FiringPortsWithin = PortsWithin<FiringPorts>;

export type EventHandler = (event: unknown, context: Remaining) => Promise<unknown>;

/**
 * The handler of a function that events call and nobody waits for. What it did is one line in the log, and its result.
 * Throws for an event that is none, and for each error, a cluster that is out of reach too: Lambda counts what is
 * thrown, and does not call again.
 */
export const asyncHandler =
  <W extends Ports, E extends v.GenericSchema<unknown, object>>(
    ports: PortsWithin<W>,
    { verb, event: schema, logFields = whole, source, run }: Definition<W, E>,
  ): EventHandler =>
  async (event, context) => {
    const parsed = parse(schema, event, 'event');
    if (!parsed.ok) {
      const problems = parsed.errors.map(({ field, message }) => `${field}: ${message}`);
      throw new Error(`This is no event for ${verb}. ${problems.join('; ')}`);
    }
    const withinMs = context.getRemainingTimeInMillis() - MARGIN_MS;
    const live = await ports(withinMs);
    const counts = () => live.metrics.take(source);
    try {
      const outcome = await run(live, parsed.value, withinMs);
      live.log('info', verb, { ...logFields(parsed.value), outcome, ...counts() });
      return outcome;
    } catch (error) {
      if (error instanceof DomainError) {
        live.log('error', verb, {
          ...logFields(parsed.value),
          kind: error.kind,
          detail: error.message,
          ...counts(),
        });
      }
      throw error;
    }
  };

const whole = <T extends object>(event: T): object => event;
