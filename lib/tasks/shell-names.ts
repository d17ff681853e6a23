import type { AppSpec } from '../apps/app.ts';
import type { EnvVar } from '../apps/env-var.ts';
import type { FieldError } from '../platform/errors.ts';
import { entrypointOf } from './workspace.ts';

/** Name that a shell can have as a variable. dash and busybox pass no others to the programs that they start. */
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Program that is dash or busybox in most images, also behind another one: `busybox sh`, `tini -- sh`. bash and zsh pass every name. */
const SHELL = /^(?:.*\/)?(?:sh|dash|ash)$/;

/** Maximum of the names in a warning. */
const MAX_SHOWN = 5;

/** Warnings of variables that tasks of an app miss, by default of its own: ADR 0038. */
export function warningsOf(spec: AppSpec, env: readonly EnvVar[] = spec.env ?? []): FieldError[] {
  const names = env.map(({ name }) => name).filter((name) => !SHELL_NAME.test(name));
  const shell = entrypointOf(spec).find((word) => SHELL.test(word));
  if (names.length === 0 || shell === undefined) return [];
  const more = names.length - MAX_SHOWN;
  const shown = `${names.slice(0, MAX_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    {
      field: 'env',
      message:
        `${shell} drops ${shown} where it is dash or busybox, as in images of Debian, Ubuntu and Alpine: a shell has no ` +
        'variables of such names, so no program that it starts gets them. Write the names with letters, digits and "_" ' +
        'alone, or use bash, which passes them on, if the image has it: entrypoint ["/bin/bash", "-c"] ' +
        '(--entrypoint /bin/bash --entrypoint -c).',
    },
  ];
}
