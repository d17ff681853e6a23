import * as v from 'valibot';
import { Name } from '../domain/names.ts';
import { IdempotencyKey, RUN_FIELDS } from '../domain/run-request.ts';
import { argument, fields } from '../domain/schema.ts';

const text = argument(1_024);

/** Detail of an event that asks for a task: as the body of the request, with what its path and headers say. */
export const RunTaskDetail = fields({
  space: Name,
  app: Name,
  ...RUN_FIELDS,
  idempotencyKey: IdempotencyKey,
});

/** An event `Run Task` as EventBridge delivers it; of its other fields nothing is looked at. */
export const RunTaskEvent = v.object({
  id: text,
  source: text,
  'detail-type': v.literal('Run Task'),
  detail: RunTaskDetail,
});
