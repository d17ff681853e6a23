import type { App } from './api/responses.ts';
import type { Context } from './verb.ts';

/** Prints the warnings that the API has for an app. */
export function warnOf({ screen }: Pick<Context, 'screen'>, { name, warnings }: App): void {
  for (const { field, message } of warnings) screen.warn(`app ${name}: ${field}: ${message}`);
}
