import { present, some } from './flags.ts';
import { tolerationOf, unlessEmpty } from './placement-flags.ts';
import { fieldsOf, itemsOf, textOf, type YamlValue } from './yaml.ts';

/** Placement of an app in a manifest, in the words of the flags of `push`; `undefined` for none. */
export function placementIn(app: ReadonlyMap<string, YamlValue>) {
  const text = (key: string): string | undefined => {
    const value = app.get(key);
    return value && textOf(value);
  };
  const [selector, tolerations] = [app.get('node-selector'), app.get('tolerations')];
  const labels = [...(selector === undefined ? [] : fieldsOf(selector))].flatMap(([key, value]) => {
    const label = textOf(value);
    return label === undefined ? [] : [[key, label] as const];
  });
  const taints = tolerations === undefined ? [] : itemsOf(tolerations);
  return unlessEmpty(
    present({
      nodeSelector: unlessEmpty(Object.fromEntries(labels)),
      tolerations: some(
        taints.map((taint) => tolerationOf(`${taint.place}: ${taint.field}`, textOf(taint) ?? '')),
      ),
      priorityClassName: text('priority-class'),
      runtimeClassName: text('runtime-class'),
    }),
  );
}
