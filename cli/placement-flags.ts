import { UsageError } from './errors.ts';
import { pairOf, present, resourcesOf, some } from './flags.ts';
import type { Flag, ParsedArgs } from './verb.ts';

/** Flags for the nodes of an app's tasks, and their GPUs. */
export const PLACEMENT: readonly Flag[] = [
  { flags: '--gpu <number>', description: 'GPUs of a task' },
  {
    flags: '--node-selector <KEY=VALUE>',
    description: 'label that the node of a task must have',
    repeatable: true,
  },
  {
    flags: '--toleration <TAINT>',
    description: 'taint to tolerate, KEY=VALUE:EFFECT, or KEY:EFFECT for any value',
    repeatable: true,
  },
  { flags: '--priority-class <name>', description: "priority class of the tasks' pods" },
  { flags: '--runtime-class <name>', description: "runtime class of the tasks' pods" },
];

/** A taint in the notation of `kubectl taint`, as the toleration of it. The API refuses an unknown effect. */
export function tolerationOf(flag: string, text: string) {
  const [, taint = '', effect] = /^([^:]+):([A-Za-z]+)$/.exec(text) ?? [];
  if (effect === undefined)
    throw new UsageError(`${flag} "${text}" is invalid: use KEY=VALUE:EFFECT, or KEY:EFFECT for any value.`);
  const at = taint.indexOf('=');
  return at === -1
    ? { key: taint, operator: 'Exists', effect }
    : { key: taint.slice(0, at), value: taint.slice(at + 1), effect };
}

/** Placement that the flags set; `undefined` for none. */
export const placementOf = (given: ParsedArgs) =>
  unlessEmpty(
    present({
      nodeSelector: given.isSet('node-selector')
        ? Object.fromEntries(given.texts('node-selector').map((text) => pairOf('--node-selector', text)))
        : undefined,
      tolerations: some(given.texts('toleration').map((text) => tolerationOf('--toleration', text))),
      priorityClassName: given.text('priority-class'),
      runtimeClassName: given.text('runtime-class'),
    }),
  );

/** Fields of an object; `undefined` for none. */
export const unlessEmpty = (fields: Readonly<Record<string, unknown>>) =>
  Object.keys(fields).length === 0 ? undefined : fields;

/** A number of a file, where all is text; any other text is the API's to refuse. */
export const countOf = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : text;

/** Resources of an app, with its GPUs. */
export function appResourcesOf(given: ParsedArgs) {
  const gpu = given.count('gpu');
  return gpu === undefined ? resourcesOf(given) : { ...resourcesOf(given), gpu };
}
