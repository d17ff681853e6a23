import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isFromHere, LOCAL_ONLY } from '../http-server.ts';

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export type LambdaOptions = {
  /** Queues an asynchronous invocation; `false` if the function does not exist. */
  readonly call: (name: string, event: unknown) => boolean;
};

/** Invoke API of Lambda for asynchronous invocations (`InvocationType: Event`), by function name or ARN. */
export const createLambdaServer = (options: LambdaOptions): Server =>
  createServer(async (request, response) => {
    try {
      await handle(options, request, response);
    } catch (error) {
      refuse(response, 500, 'ServiceException', String(error));
    }
  });

async function handle(
  { call }: LambdaOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  if (!isFromHere(request)) return refuse(response, 403, 'AccessDeniedException', LOCAL_ONLY);
  const [, name] = INVOCATIONS.exec(new URL(`http://localhost${request.url}`).pathname) ?? [];
  if (request.method !== 'POST' || name === undefined || request.headers['x-amz-invocation-type'] !== 'Event')
    return refuse(
      response,
      400,
      'InvalidParameterValueException',
      'Only Invoke with InvocationType Event is served here.',
    );
  const short = decodeURIComponent(name).split(':').at(-1) ?? '';
  const text = Buffer.concat(chunks).toString();
  if (!call(short, text === '' ? null : JSON.parse(text)))
    return refuse(response, 404, 'ResourceNotFoundException', `Function not found: ${short}`);
  response.writeHead(202, { 'x-amzn-requestid': randomUUID() }).end();
}

function refuse(response: ServerResponse, status: number, type: string, Message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ Type: 'User', Message }));
}
