import { readFile } from 'node:fs/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** The sample event of run-task with other parts in place of its own; `authorizer` stands in its context. */
export async function runTaskEvent({
  authorizer,
  ...parts
}: Partial<APIGatewayProxyEventV2> & {
  readonly authorizer?: unknown;
} = {}): Promise<APIGatewayProxyEventV2> {
  const file = new URL('../../events/run-task.json', import.meta.url);
  const event = JSON.parse(await readFile(file, 'utf8'));
  const requestContext = { ...event.requestContext, ...(authorizer === undefined ? {} : { authorizer }) };
  return { ...event, requestContext, ...parts };
}
