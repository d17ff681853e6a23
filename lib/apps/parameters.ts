import type { FieldError } from '../platform/errors.ts';
import type { AppSpec } from './app.ts';

/** Labels and security groups that apps of a space may have. An entry that ends in "/" is a prefix of keys, "*" any. */
export type AllowedInSpace = {
  readonly labels: readonly string[];
  readonly securityGroups: readonly string[];
};

/** Port to the parameters of the admission policies (cluster/policies/parameters.yaml). */
export type Parameters = {
  allowedIn(space: string): Promise<AllowedInSpace>;
};

type Annotations = Readonly<Record<string, string>>;

/** Reads the annotations of the parameters: a list for the space, else the one for all spaces, else any. */
export const toAllowed = (annotations: Annotations, space: string): AllowedInSpace => ({
  labels: listOf(annotations, 'app-labels', space),
  securityGroups: listOf(annotations, 'security-groups', space),
});

const listOf = (annotations: Annotations, list: string, space: string): string[] =>
  (annotations[`${list}.taskbridge.dev/${space}`] ?? annotations[`taskbridge.dev/${list}`] ?? '*')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** Problems of labels and security groups that the space may not use; taskbridge-platform refuses a run with them. */
export async function parameterProblems(
  { parameters }: { readonly parameters: Parameters },
  space: string,
  { labels = {}, securityGroups = [] }: AppSpec,
): Promise<FieldError[]> {
  const keys = Object.keys(labels);
  if (keys.length + securityGroups.length === 0) return [];
  const allowed = await parameters.allowedIn(space);
  const problem = (field: string, what: string, entries: readonly string[]): FieldError => ({
    field,
    message: `${what} is not allowed in space "${space}": its platform team allows ${entries.join(', ') || 'none'}.`,
  });
  return [
    ...keys
      .filter((key) => !allowed.labels.some((entry) => isKeyOf(entry, key)))
      .map((key) => problem(`labels.${key}`, `Label "${key}"`, allowed.labels)),
    ...securityGroups.flatMap((group, index) =>
      allowed.securityGroups.some((entry) => entry === '*' || entry === group)
        ? []
        : [problem(`securityGroups[${index}]`, `Security group "${group}"`, allowed.securityGroups)],
    ),
  ];
}

const isKeyOf = (entry: string, key: string): boolean =>
  entry === '*' || (entry.endsWith('/') ? key.startsWith(entry) : key === entry);
