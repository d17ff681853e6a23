import * as v from 'valibot';

export const Text = v.pipe(v.string(), v.minLength(1));

/** A setting that may be empty. */
export const given = (setting: string): string | undefined => (setting === '' ? undefined : setting);

/** The settings of a schema; throws with the name of each variable that is missing or wrong. */
export function read<S extends v.GenericSchema>(schema: S, environment: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, environment);
  if (result.success) return result.output;
  const wrong = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`The function's environment is incomplete. ${wrong.join('; ')}`);
}
