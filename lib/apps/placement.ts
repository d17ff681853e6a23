import * as v from 'valibot';
import { show } from '../platform/json.ts';
import { isLabelKey, isLabelPart } from '../platform/labels.ts';
import { ObjectName } from '../platform/names.ts';
import { checkField, fields, listOf, mapOf, textThat, wholeNumber } from '../platform/schema.ts';

/** Key of a node's label or taint. Those of Kubernetes, such as kubernetes.io/arch, are allowed. */
export const NodeKey = textThat(isLabelKey, 'a key of Kubernetes, such as pool or kubernetes.io/arch.');

/** Value of a label. */
export const LabelValue = textThat(
  (value) => value === '' || isLabelPart(value),
  'letters, digits, "-", "_" and ".", at most 63 characters.',
);

const oneOf = <const T extends readonly string[]>(...values: T) =>
  v.picklist(values, (issue) => `${show(issue.input)} is not allowed: ${values.join(', ')}.`);

/** Toleration of a taint, as Kubernetes has it. Without key or effect it would tolerate taints that nobody allowed. */
export const Toleration = v.pipe(
  fields({
    key: NodeKey,
    operator: v.optional(oneOf('Equal', 'Exists')),
    value: v.optional(LabelValue),
    effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
  }),
  checkField(
    'value',
    ({ operator, value }) => operator !== 'Exists' || value === undefined,
    'Exists tolerates every value: leave the value out, or use Equal.',
  ),
  v.metadata({ not: { required: ['operator', 'value'], properties: { operator: { const: 'Exists' } } } }),
);
export type Toleration = v.InferOutput<typeof Toleration>;

const MAX_ENTRIES = 20;

export const NodeSelector = mapOf(NodeKey, LabelValue, MAX_ENTRIES);

/** Nodes that tasks may run on, and how: fields of their pods. */
export const Placement = fields({
  nodeSelector: v.optional(NodeSelector),
  tolerations: v.optional(listOf(Toleration, MAX_ENTRIES)),
  priorityClassName: v.optional(ObjectName),
  runtimeClassName: v.optional(ObjectName),
});
export type Placement = v.InferOutput<typeof Placement>;

/** Number of GPUs of a task. */
export const Gpu = wholeNumber(1, 64);

/** A selected label in the form of the lists of a space: `pool=batch`. */
export const labelText = ([key, value]: readonly [string, string]): string => `${key}=${value}`;

/** A toleration as `kubectl taint` writes the taint: `dedicated=gpu:NoSchedule`, `spot:NoSchedule` for every value. */
export const tolerationText = ({ key, operator = 'Equal', value = '', effect }: Toleration): string =>
  `${operator === 'Exists' ? key : `${key}=${value}`}:${effect}`;
