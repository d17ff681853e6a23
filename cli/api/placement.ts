import * as v from 'valibot';

/** Nodes that the tasks of an app may run on, and how. */
export const Placement = v.object({
  nodeSelector: v.optional(v.record(v.string(), v.string()), {}),
  tolerations: v.optional(
    v.array(
      v.object({
        key: v.string(),
        operator: v.optional(v.string()),
        value: v.optional(v.string()),
        effect: v.string(),
      }),
    ),
    [],
  ),
  priorityClassName: v.optional(v.string()),
  runtimeClassName: v.optional(v.string()),
});
type Placement = v.InferOutput<typeof Placement>;

/** A placement in words, each `undefined` where the app has none; a toleration as `kubectl taint` writes the taint. */
export function placementTexts({
  nodeSelector = {},
  tolerations = [],
  priorityClassName,
  runtimeClassName,
}: Partial<Placement> = {}) {
  return {
    nodeSelector: listed(Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`)),
    tolerations: listed(tolerations.map(tolerationText)),
    priorityClass: priorityClassName,
    runtimeClass: runtimeClassName,
  };
}

const listed = (texts: readonly string[]): string | undefined =>
  texts.length === 0 ? undefined : texts.join(', ');

const tolerationText = ({ key, operator, value = '', effect }: Placement['tolerations'][number]): string =>
  `${operator === 'Exists' ? key : `${key}=${value}`}:${effect}`;
