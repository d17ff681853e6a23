import type { TaskSpec } from './run-schema.ts';
import { withTemplate } from './step-template.ts';
import { unknownVariables } from './variables.ts';

export const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
export const NAMES_HELP =
  'For more info refer to https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names';

/** Validation errors of a task's steps and sidecars, in Tekton's words where Tekton rejects the same. */
export function stepProblems({ steps, sidecars, stepTemplate }: TaskSpec, path: string): string[] {
  const known = new Set<string>();
  return [
    ...(steps ?? []).flatMap((own, index) => {
      const step = withTemplate(own, stepTemplate);
      const at = `${path}.steps[${index}]`;
      const isDouble = step.name !== undefined && step.name !== '' && known.has(step.name);
      known.add(step.name ?? '');
      return [
        ...(isDouble ? [`expected exactly one, got both: ${at}.name`] : []),
        ...(step.image ? [] : [`missing field(s): ${at}.Image`]),
        ...(step.name && !DNS_LABEL.test(step.name)
          ? [
              `invalid value ${JSON.stringify(step.name)}: ${at}.name\nTask step name must be a valid DNS Label, ${NAMES_HELP}`,
            ]
          : []),
        ...commandProblems(step, at),
        ...unknownVariables(step, index),
      ];
    }),
    ...(sidecars ?? []).flatMap((sidecar, index) => {
      const at = `${path}.sidecars[${index}]`;
      return [
        ...(sidecar.image ? [] : [`missing field(s): ${at}.image`]),
        ...(sidecar.name ? [] : [`this Tekton makes up no names; missing field(s): ${at}.name`]),
        ...commandProblems(sidecar, at),
      ];
    }),
  ];
}

const commandProblems = (
  { command }: { readonly command?: readonly string[] | null | undefined },
  at: string,
): string[] =>
  (command ?? []).length === 0
    ? [`this Tekton asks no registry for an image's entrypoint; missing field(s): ${at}.command`]
    : [];
