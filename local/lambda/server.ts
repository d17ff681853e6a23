import type { Server } from 'node:http';
import { AwsError } from '../aws-error.ts';
import { type AwsRequest, createAwsServer } from '../aws-server.ts';
import type { Credentials } from '../credentials.ts';

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export type LambdaOptions = {
  readonly credentials: Credentials;
  /** Queues an asynchronous invocation; `false` if the function does not exist. */
  readonly call: (name: string, event: unknown) => boolean;
};

/** Invoke API of Lambda for asynchronous invocations (`InvocationType: Event`), by function name or ARN. */
export const createLambdaServer = ({ credentials, call }: LambdaOptions): Server =>
  createAwsServer({
    service: 'lambda',
    credentials,
    contentType: 'application/json',
    errorBody: ({ message }) => ({ Type: 'User', Message: message }),
    handle: (request) => {
      invoke(call, request);
      return { status: 202 };
    },
  });

function invoke(call: LambdaOptions['call'], { request, body }: AwsRequest): void {
  const [, name] = INVOCATIONS.exec(new URL(`http://localhost${request.url}`).pathname) ?? [];
  if (request.method !== 'POST' || name === undefined || request.headers['x-amz-invocation-type'] !== 'Event')
    throw new AwsError(
      'InvalidParameterValueException',
      'Only Invoke with InvocationType Event is served here.',
    );
  const short = decodeURIComponent(name).split(':').at(-1) ?? '';
  if (!call(short, body === '' ? null : JSON.parse(body)))
    throw new AwsError('ResourceNotFoundException', `Function not found: ${short}`, 404);
}
