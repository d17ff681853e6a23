import { readFile } from 'node:fs/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

type Parts = Partial<APIGatewayProxyEventV2> & { readonly authorizer?: unknown };

/** Sample event of this name with some parts replaced; `authorizer` is put into its request context. */
export async function sampleEvent(
  name: string,
  { authorizer, ...parts }: Parts = {},
): Promise<APIGatewayProxyEventV2> {
  const file = new URL(`../../events/${name}.json`, import.meta.url);
  const event = JSON.parse(await readFile(file, 'utf8'));
  const requestContext = { ...event.requestContext, ...(authorizer === undefined ? {} : { authorizer }) };
  return { ...event, requestContext, ...parts };
}

export const runTaskEvent = (parts?: Parts): Promise<APIGatewayProxyEventV2> =>
  sampleEvent('run-task', parts);

/** A request of a scenario, which has what the functions read of the gateway's event and no more. */
export const gatewayEvent = (event: unknown): APIGatewayProxyEventV2 => event as APIGatewayProxyEventV2;
