import type { FieldError } from './errors.ts';
import type { Branch } from './event-language.ts';
import type { Matcher } from './event-matcher.ts';
import { isWithin, parseEventPattern } from './event-pattern.ts';
import type { BusName, Stage } from './rule-names.ts';
import { sourceOf } from './told-events.ts';
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
  ...(bus === 'service' ? [sourceOf(stage)] : []),
  ...configured(stage, space, bus),
];

/** Whether events of a source may run tasks in a space: what is configured for the service's own bus, and nothing else. */
export const mayRunTasks = (stage: EventStage, space: string, source: string): boolean =>
  configured(stage, space, 'service').some((allowed) => isWithin(source, allowed));

/** What is wrong with a trigger for the jobs of a space, or nothing. */
export function problemOfTrigger(
  stage: EventStage,
  space: string,
  { bus, pattern }: Trigger,
): FieldError | undefined {
  if (bus === 'service' && stage.busName === undefined)
    return { field: 'bus', message: 'This stage has no bus of its own: use "default".' };
  const parsed = parseEventPattern(pattern, allowedSources(stage, space, bus));
  if (parsed.outcome === 'refused')
    return { field: parsed.at === '' ? 'pattern' : `pattern.${parsed.at}`, message: parsed.message };
  const own = sourceOf(stage);
  const isOpen = parsed.pattern.some(
    (branch) => (branch.get('source') ?? []).some((source) => mayBe(source, own)) && !pins(branch, space),
  );
  if (!isOpen) return undefined;
  return {
    field: 'pattern.detail.space',
    message: `Events of "${own}" tell of all spaces; a job listens to its own: write "detail": {"space": ["${space}"]}.`,
  };
}

/** Whether what a matcher takes may be this text; {@link parseEventPattern} has left no others of `source`. */
const mayBe = (matcher: Matcher, text: string): boolean => {
  if (matcher.kind === 'equals') return matcher.value === text;
  return matcher.kind !== 'prefix' || text.startsWith(matcher.text);
};

function pins(branch: Branch, space: string): boolean {
  const spaces = branch.get('detail.space') ?? [];
  return spaces.length > 0 && spaces.every((one) => one.kind === 'equals' && one.value === space);
}
