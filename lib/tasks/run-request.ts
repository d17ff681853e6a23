import * as v from 'valibot';
import { Command, Resources } from '../apps/app.ts';
import { ProcessType } from '../apps/start-command.ts';
import { argument, textLike } from '../platform/schema.ts';

/** What a request may give a task; what is absent comes from the job and the app. */
export const RUN_FIELDS = {
  command: v.optional(Command),
  /** In place of a command. */
  process: v.optional(ProcessType),
  name: v.optional(argument(256)),
  resources: v.optional(Resources),
} as const;

/** A key that makes a repeat of a request do nothing twice. */
export const IdempotencyKey = v.optional(
  textLike(/^[\x21-\x7e]{1,255}$/, '1 to 255 printable characters without a space.'),
);
