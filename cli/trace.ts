/** Text that a header can hold, no longer than a trace context is. */
const HEADER = /^[ -~]{1,512}$/;

/**
 * Headers of the trace that the environment names, as OpenTelemetry passes one to a process: what the command starts
 * continues it. Anything else there is left out.
 */
export function traceHeaders({
  TRACEPARENT: traceparent = '',
  TRACESTATE: tracestate = '',
}: Readonly<Record<string, string | undefined>>): Record<string, string> {
  if (!HEADER.test(traceparent)) return {};
  return { traceparent, ...(HEADER.test(tracestate) ? { tracestate } : {}) };
}
