import type { Step } from './run-schema.ts';

/** References as Tekton parses them: `$(params.x)`, `$(context.taskRun.name)`. */
const PARAMS = /\$\(params(?:\.([^()\s]+)|\[['"]([^()]*)['"]\])\)/;
const CONTEXT = /\$\(context\.(taskRun|task)\.([^()\s]+)\)/g;

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  taskRun: ['name', 'namespace', 'uid'],
  task: ['name', 'retry-count'],
};

type Text = { readonly field: string; readonly value: string };

/**
 * Validation errors for references to unknown variables. Parameters cannot be declared here, so each `$(params.x)` is
 * unknown; Tekton has no escape for it.
 */
export function unknownVariables(step: Step, index: number): string[] {
  const texts = textsOf(step);
  const inTask = `spec.pipelineSpec.tasks[0].taskSpec.steps[${index}]`;
  const inSteps = `spec.steps[${index}]`;
  const unknown = (value: string, path: string) =>
    `non-existent variable in ${JSON.stringify(value)}: ${path}`;
  return texts.flatMap(({ field, value }) => {
    const [reference, dotted] = PARAMS.exec(value) ?? [];
    const context = [...value.matchAll(CONTEXT)].some(([, of = '', what = '']) => !KNOWN[of]?.includes(what));
    if (dotted !== undefined && dotted.split('.').length > 2) {
      return [
        `Invalid referencing of parameters in ${JSON.stringify(value)}! Only two dot-separated components after the prefix "params" are allowed.: ${inTask}.${field}, ${inSteps}.${field}`,
      ];
    }
    return [
      ...(context ? [unknown(value, `${inTask}.${field}`)] : []),
      ...(reference === undefined ? [] : [unknown(value, `${inSteps}.${field}`)]),
    ];
  });
}

function textsOf({ name = '', image = '', workingDir = '', command, args, env }: Step): Text[] {
  const listed = (field: string, values: readonly string[] | null | undefined): Text[] =>
    (values ?? []).map((value, index) => ({ field: `${field}[${index}]`, value }));
  return [
    { field: 'name', value: name },
    { field: 'image', value: image },
    { field: 'workingDir', value: workingDir },
    ...listed('command', command),
    ...listed('args', args),
    ...(env ?? []).map((variable) => ({ field: `env[${variable.name}]`, value: variable.value ?? '' })),
  ];
}

/** Values that Tekton substitutes before it creates the pod, by variable. */
export type Context = Readonly<Record<string, string>>;

/** Fields of a step or sidecar in which Tekton substitutes variables. */
type Texts = Pick<Step, 'command' | 'args' | 'env' | 'image' | 'workingDir'>;

/**
 * Substitutes the context's variables in a step, in the same fields as Tekton: not in annotations, not in `valueFrom`.
 */
export function withContext<T extends Texts>(step: T, context: Context): T {
  const replace = (value: string): string =>
    Object.entries(context).reduce((text, [key, known]) => text.replaceAll(`$(${key})`, () => known), value);
  const each = (values: readonly string[] | null | undefined) =>
    values ? { values: values.map(replace) } : {};
  const { command, args, env, image, workingDir } = step;
  const replaced = { command: each(command).values, args: each(args).values };
  return {
    ...step,
    ...(image === undefined ? {} : { image: replace(image) }),
    ...(workingDir === undefined ? {} : { workingDir: replace(workingDir) }),
    ...(replaced.command === undefined ? {} : { command: replaced.command }),
    ...(replaced.args === undefined ? {} : { args: replaced.args }),
    ...(env
      ? { env: env.map((one) => (one.value === undefined ? one : { ...one, value: replace(one.value) })) }
      : {}),
  };
}
