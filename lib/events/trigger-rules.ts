import type { FieldError } from '../platform/errors.ts';
import type { BusName, Stage } from '../schedules/rule-names.ts';
import { eventSourceOf } from './outbound-events.ts';
import { isWithin, problemOfPattern } from './pattern.ts';
import type { Trigger } from './trigger.ts';

/** Sources that the jobs of a space may listen to, by bus: exact ones, or `shop.*` for all that begin so. */
type SourcesOfSpace = { readonly [B in BusName]?: readonly string[] | undefined };

/** A stage, with what its operator allows. */
export type EventStage = Stage & {
  /** Name of the service's own bus; absent: the stage has none. */
  readonly busName?: string | undefined;
  /** By space, `*` for every one. What is not named is not allowed. */
  readonly sources?: Readonly<Record<string, SourcesOfSpace>> | undefined;
};

/** What the stage's operator configured for a space and a bus. */
const configured = ({ sources = {} }: EventStage, space: string, bus: BusName): readonly string[] =>
  ['*', space].flatMap((of) => (Object.hasOwn(sources, of) ? (sources[of]?.[bus] ?? []) : []));

/** What the jobs of a space may listen to on a bus: what is configured, and on the service's own bus its own events. */
export const allowedSources = (stage: EventStage, space: string, bus: BusName): readonly string[] => [
  ...(bus === 'service' ? [eventSourceOf(stage)] : []),
  ...configured(stage, space, bus),
];

/** Whether events of a source may run tasks in a space: what is configured for the service's own bus, and nothing else. */
export const mayRunTasks = (stage: EventStage, space: string, source: string): boolean =>
  configured(stage, space, 'service').some((allowed) => isWithin(source, allowed));

/**
 * Problem of a trigger for the jobs of a space: what the stage does not allow. The language of patterns is EventBridge's
 * to check.
 */
export function problemOfTrigger(
  stage: EventStage,
  space: string,
  { bus, pattern }: Trigger,
): FieldError | undefined {
  if (bus === 'service' && stage.busName === undefined)
    return { field: 'bus', message: 'This stage has no bus of its own: use "default".' };
  const limits = { sources: allowedSources(stage, space, bus), own: eventSourceOf(stage), space };
  const problem = problemOfPattern(pattern, limits);
  return problem && { ...problem, field: problem.field === '' ? 'pattern' : `pattern.${problem.field}` };
}
