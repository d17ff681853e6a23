import type { FieldError } from '../platform/errors.ts';
import { PLACEMENT_ANNOTATION } from '../platform/labels.ts';
import type { AppSpec } from './app.ts';
import { labelText, tolerationText } from './placement.ts';

/** Annotations of the namespace of a space, each a list with commas; without one nothing is allowed. */
export type AllowedPlacement = Readonly<Record<keyof typeof PLACEMENT_ANNOTATION, readonly string[]>>;

type Annotations = Readonly<Record<string, string>>;

/** Reads what the annotations of a namespace allow. */
export function toAllowedPlacement(annotations: Annotations): AllowedPlacement {
  const listOf = (annotation: string): string[] =>
    (annotations[annotation] ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  return {
    nodeSelector: listOf(PLACEMENT_ANNOTATION.nodeSelector),
    tolerations: listOf(PLACEMENT_ANNOTATION.tolerations),
    priorityClasses: listOf(PLACEMENT_ANNOTATION.priorityClasses),
    runtimeClasses: listOf(PLACEMENT_ANNOTATION.runtimeClasses),
    gpu: listOf(PLACEMENT_ANNOTATION.gpu),
  };
}

/** A wish of an app, and the entries that allow it, any of which is enough. */
type Wish = {
  readonly list: keyof AllowedPlacement;
  readonly field: string;
  readonly what: string;
  readonly by: (entry: string) => boolean;
};

function wishesOf({ placement = {}, resources = {} }: AppSpec, gpuResource: string): readonly Wish[] {
  const { nodeSelector = {}, tolerations = [], priorityClassName, runtimeClassName } = placement;
  const { gpu } = resources;
  const named = (list: keyof AllowedPlacement, field: string, what: string, name?: string): Wish[] =>
    name === undefined
      ? []
      : [{ list, field: `placement.${field}`, what: `${what} "${name}"`, by: (entry) => entry === name }];
  return [
    ...Object.entries(nodeSelector).map(([key, value]) => ({
      list: 'nodeSelector' as const,
      field: `placement.nodeSelector.${key}`,
      what: `Node selector "${labelText([key, value])}"`,
      by: (entry: string) => entry === key || entry === labelText([key, value]),
    })),
    ...tolerations.map((toleration, index) => ({
      list: 'tolerations' as const,
      field: `placement.tolerations[${index}]`,
      what: `Toleration "${tolerationText(toleration)}"`,
      by: (entry: string) =>
        entry === tolerationText(toleration) || entry === `${toleration.key}:${toleration.effect}`,
    })),
    ...named('priorityClasses', 'priorityClassName', 'Priority class', priorityClassName),
    ...named('runtimeClasses', 'runtimeClassName', 'Runtime class', runtimeClassName),
    ...(gpu === undefined
      ? []
      : [
          {
            list: 'gpu' as const,
            field: 'resources.gpu',
            what: `${gpuResource}=${gpu}`,
            by: (entry: string) => isWithin(entry, gpuResource, gpu),
          },
        ]),
  ];
}

/** True for an entry `nvidia.com/gpu=4` of this resource, and at least this many. */
function isWithin(entry: string, resource: string, count: number): boolean {
  const [, name, most] = /^([^=]+)=(\d{1,4})$/.exec(entry) ?? [];
  return name === resource && count <= Number(most);
}

/** Port to what spaces allow. */
export type Placements = { placementIn(space: string): Promise<AllowedPlacement> };

/** Problems of the placement and the GPUs of an app in its space; taskbridge-platform refuses a run with them. */
export async function placementProblems(
  ports: { readonly parameters: Placements; readonly gpuResource?: string | undefined },
  space: string,
  spec: AppSpec,
): Promise<FieldError[]> {
  const wishes = wishesOf(spec, ports.gpuResource ?? GPU_RESOURCE);
  if (wishes.length === 0) return [];
  const allowed = await ports.parameters.placementIn(space);
  return wishes
    .filter(({ list, by }) => !allowed[list].some(by))
    .map(({ list, field, what }) => ({
      field,
      message:
        `${what} is not allowed in space "${space}": its platform team allows ${allowed[list].join(', ') || 'none'}, ` +
        `by the annotation ${PLACEMENT_ANNOTATION[list]} of the namespace.`,
    }));
}

/** Extended resource of a GPU where the stage names no other. */
export const GPU_RESOURCE = 'nvidia.com/gpu';
