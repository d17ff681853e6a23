import type { FieldError } from '../platform/errors.ts';
import type { BusName, Stage } from '../schedules/rule-names.ts';
import { eventSourceOf } from './outbound-events.ts';
import { isWithin, problemOfPattern } from './pattern.ts';
import type { Trigger } from './trigger.ts';

/** Sources that the jobs of a space may listen to, by bus: `aws.s3`, or `shop.*` for a prefix. */
type SourcesOfSpace = { readonly [B in BusName]?: readonly string[] | undefined };

/** A stage with its event settings. */
export type EventStage = Stage & {
  /** Name of the service's own bus; absent: the stage has none. */
  readonly busName?: string | undefined;
  /** Allowed sources by space, `*` for every space. Others are not allowed. */
  readonly sources?: Readonly<Record<string, SourcesOfSpace>> | undefined;
};

/** Sources that the stage allows for a space and a bus. */
const configured = ({ sources = {} }: EventStage, space: string, bus: BusName): readonly string[] =>
  ['*', space].flatMap((of) => (Object.hasOwn(sources, of) ? (sources[of]?.[bus] ?? []) : []));

/** Sources that the jobs of a space may listen to on a bus: the configured ones and, on the service's own bus, the stage. */
export const allowedSources = (stage: EventStage, space: string, bus: BusName): readonly string[] => [
  ...(bus === 'service' ? [eventSourceOf(stage)] : []),
  ...configured(stage, space, bus),
];

/** True if `Run Task` events of the source may run tasks in the space, as configured for the service's own bus. */
export const mayRunTasks = (stage: EventStage, space: string, source: string): boolean =>
  configured(stage, space, 'service').some((allowed) => isWithin(source, allowed));

/**
 * Problem of a trigger that the stage does not allow for the space; `undefined` for one that it allows. EventBridge checks
 * the operators of the pattern.
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
