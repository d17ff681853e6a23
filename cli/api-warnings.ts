import type { App } from './api/responses.ts';
import type { Context } from './verb.ts';

/** Prints the warnings that the API has for an app or a task: `app billing`. */
export function warnOf({ screen }: Pick<Context, 'screen'>, of: string, warnings: App['warnings']): void {
  for (const { field, message } of warnings) screen.warn(`${of}: ${field}: ${message}`);
}
