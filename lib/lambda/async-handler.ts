import type * as v from 'valibot';
import { DomainError, describeFields } from '../platform/errors.ts';
import { isTooDeep, MAX_DEPTH } from '../platform/json.ts';
import type { Log, Metrics, Source } from '../platform/observability.ts';
import { parse } from '../platform/schema.ts';
import type { TraceContext } from '../platform/trace.ts';

/** Reserved at the end of an invocation, in ms, for the last calls to finish or time out and be logged. */
const MARGIN_MS = 2_000;

/** Part of Lambda's context: time until it ends the invocation. */
export type InvocationContext = { getRemainingTimeInMillis(): number };

type Definition<W, E extends v.GenericSchema<unknown, object>> = {
  /** Name of the function; the message of its log lines. */
  readonly verb: string;
  readonly event: E;
  /** Fields of the event that are logged. Default: all. */
  readonly logFields?: ((event: v.InferOutput<E>) => object) | undefined;
  /** Source of the tasks that it starts, in the metrics; absent for a function that starts none. */
  readonly source?: Source | undefined;
  /** Must finish within `withinMs`. */
  readonly run: (ports: W, event: v.InferOutput<E>, withinMs: number) => Promise<unknown>;
};

type HandlerPorts = {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Trace of the event, which the tasks that it starts continue. */
  readonly trace?: TraceContext | undefined;
};

/** Makes the ports of one invocation. `withinMs`: time limit of all their calls together. */
export type PortsWithin<W> = (withinMs: number) => Promise<W>;

export type EventHandler = (event: unknown, context: InvocationContext) => Promise<unknown>;

/**
 * Handler of a function that Lambda invokes asynchronously. Returns the result and logs it as one line. Throws for an
 * event that the schema rejects and for every error, an unreachable cluster too: Lambda counts these as failures.
 */
export const asyncHandler =
  <W extends HandlerPorts, E extends v.GenericSchema<unknown, object>>(
    ports: PortsWithin<W>,
    { verb, event: schema, logFields = allFields, source, run }: Definition<W, E>,
  ): EventHandler =>
  async (event, context) => {
    if (isTooDeep(event)) {
      throw new Error(
        `Invalid event for ${verb}. It is nested too deep: its lists and objects may have ${MAX_DEPTH} levels.`,
      );
    }
    const parsed = parse(schema, event, 'event');
    if (!parsed.ok) {
      throw new Error(`Invalid event for ${verb}. ${describeFields(parsed.errors)}`);
    }
    const withinMs = context.getRemainingTimeInMillis() - MARGIN_MS;
    const live = await ports(withinMs);
    const lineFields = () => ({
      ...(live.trace === undefined ? {} : { traceparent: live.trace.traceparent }),
      ...live.metrics.take(source),
    });
    try {
      const outcome = await run(live, parsed.value, withinMs);
      live.log('info', verb, { ...logFields(parsed.value), outcome, ...lineFields() });
      return outcome;
    } catch (error) {
      if (error instanceof DomainError) {
        live.log('error', verb, {
          ...logFields(parsed.value),
          kind: error.kind,
          detail: error.message,
          ...lineFields(),
        });
      }
      throw error;
    }
  };

const allFields = <T extends object>(event: T): object => event;
