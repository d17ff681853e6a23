import type { EnvVar } from '../apps/env-var.ts';
import { ANNOTATION } from '../platform/labels.ts';
import type { TraceContext } from '../platform/trace.ts';
import { fromAnnotation } from './container.ts';

/** Variables of OpenTelemetry's environment carrier. */
const VARIABLE = { traceparent: 'TRACEPARENT', tracestate: 'TRACESTATE' } as const;

/** True where variables of an app, a job or a run name a trace: theirs stays, and one of each would not belong together. */
export const setsTrace = (...lists: readonly (readonly EnvVar[] | undefined)[]): boolean =>
  lists.some((env = []) =>
    env.some(({ name }) => name === VARIABLE.traceparent || name === VARIABLE.tracestate),
  );

export const traceAnnotations = ({ traceparent, tracestate }: Partial<TraceContext> = {}) => ({
  ...(traceparent === undefined ? {} : { [ANNOTATION.traceparent]: traceparent }),
  ...(tracestate === undefined ? {} : { [ANNOTATION.tracestate]: tracestate }),
});

export const traceVariables = ({ traceparent, tracestate }: Partial<TraceContext> = {}) => [
  ...(traceparent === undefined ? [] : [fromAnnotation(VARIABLE.traceparent, ANNOTATION.traceparent)]),
  ...(tracestate === undefined ? [] : [fromAnnotation(VARIABLE.tracestate, ANNOTATION.tracestate)]),
];
