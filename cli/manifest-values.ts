import { isScalar } from 'yaml';
import { MAX_DEPTH } from '../lib/platform/json.ts';
import { UsageError } from './errors.ts';
import { fieldsOf, isFields, isList, isUnset, itemsOf, resolve, textOf, type YamlValue } from './yaml.ts';

/** Plain scalars that JSON reads as something else than a text. */
const LITERAL = /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** JSON of a value: plain numbers, true, false and null are these, as in JSON, and everything else is a text. */
export function jsonOf(value: YamlValue, levels = MAX_DEPTH): unknown {
  if (levels === 0) throw new UsageError(`${value.place}: ${value.field} is nested too deep.`);
  if (isList(value)) return itemsOf(value).map((item) => jsonOf(item, levels - 1));
  if (isFields(value))
    return Object.fromEntries([...fieldsOf(value)].map(([key, field]) => [key, jsonOf(field, levels - 1)]));
  if (isUnset(value)) return null;
  const { node } = resolve(value);
  const text = textOf(value) ?? '';
  return isScalar(node) && node.type === 'PLAIN' && LITERAL.test(text) ? JSON.parse(text) : text;
}

/** Variables: a text, or a map with the reference of a value, as Kubernetes has it. Unset ones are left out. */
export function envIn(env: YamlValue | undefined): readonly object[] | undefined {
  if (env === undefined || isUnset(env)) return undefined;
  return [...fieldsOf(env)].flatMap(([name, value]): readonly object[] => {
    if (isFields(value)) return [{ name, valueFrom: referenceOf(value) }];
    const text = textOf(value);
    return text === undefined ? [] : [{ name, value: text }];
  });
}

const KINDS = ['secretKeyRef', 'configMapKeyRef', 'fieldRef'];

/** Reference to a key of a Secret or a ConfigMap, or a field of the pod: `{ secretKeyRef: { name: …, key: … } }`. */
function referenceOf(value: YamlValue): object {
  const references = [...fieldsOf(value)];
  if (!references.every(([kind]) => KINDS.includes(kind)))
    throw new UsageError(
      `${value.place}: ${value.field} must be a text, or a map of one of ${KINDS.join(', ')}.`,
    );
  return Object.fromEntries(
    references.map(([kind, reference]) => [
      kind,
      Object.fromEntries(
        [...fieldsOf(reference)].map(([key, part]) => [
          key,
          key === 'optional' ? jsonOf(part) : textOf(part),
        ]),
      ),
    ]),
  );
}
