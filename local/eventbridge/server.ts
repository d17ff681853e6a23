import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AwsError } from '../aws-error.ts';
import { isFromHere, LOCAL_ONLY } from '../http-server.ts';
import { type Authorize, checkPermissions } from './authorize.ts';
import type { Buses } from './bus.ts';
import * as buses from './bus-operations.ts';
import { putEvents, type Send } from './event-operations.ts';
import { testEventPattern } from './pattern.ts';
import * as rules from './rule-operations.ts';
import * as tags from './tag-operations.ts';
import * as targets from './target-operations.ts';

/** Limit of a request's body in bytes: 100 targets with an input each fit. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

type Operation = (buses: Buses, body: unknown, send: Send) => object;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['PutRule', rules.putRule],
  ['DescribeRule', rules.describeRule],
  ['ListRules', rules.listRules],
  ['DeleteRule', rules.deleteRule],
  ['EnableRule', rules.enableRule],
  ['DisableRule', rules.disableRule],
  ['PutTargets', targets.putTargets],
  ['RemoveTargets', targets.removeTargets],
  ['ListTargetsByRule', targets.listTargetsByRule],
  ['ListRuleNamesByTarget', targets.listRuleNamesByTarget],
  ['PutEvents', putEvents],
  ['TestEventPattern', testEventPattern],
  ['DescribeEventBus', buses.describeEventBus],
  ['ListEventBuses', buses.listEventBuses],
  ['TagResource', tags.tagResource],
  ['UntagResource', tags.untagResource],
  ['ListTagsForResource', tags.listTagsForResource],
]);

export type ServerOptions = {
  /** Default: everything is allowed. */
  readonly authorize?: Authorize | undefined;
  /** Sends accepted events. Default: they are dropped. */
  readonly send?: Send;
};

/**
 * API of the buses over JSON 1.1: POST / with the operation in `X-Amz-Target`. The access key identifies the caller;
 * signatures are not verified.
 */
export const createEventBridgeServer = (on: Buses, options: ServerOptions = {}): Server =>
  createServer((request, response) => {
    handle(on, request, options)
      .then((body) => send(response, 200, body))
      .catch((error: unknown) => fail(response, error));
  });

async function handle(
  on: Buses,
  request: IncomingMessage,
  { authorize, send = () => {} }: ServerOptions,
): Promise<object> {
  if (!isFromHere(request)) {
    throw new AwsError('AccessDeniedException', LOCAL_ONLY);
  }
  const header = request.headers['x-amz-target'];
  const name = String(header).replace(/^AWSEvents\./, '');
  const operation = request.method === 'POST' ? OPERATIONS.get(name) : undefined;
  if (operation === undefined) {
    const requested = header === undefined ? `${request.method} ${request.url} without X-Amz-Target` : name;
    throw new AwsError(
      'UnknownOperationException',
      `${requested} is not served here; served: ${[...OPERATIONS.keys()].join(', ')}.`,
    );
  }
  const body = parseJson(await bodyOf(request));
  if (authorize !== undefined) checkPermissions(authorize, on, { request, operation: name, body });
  return operation(on, body, send);
}

/** Throws if the body is too long; the rest of it is not read. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw new AwsError('RequestEntityTooLargeException', `More than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON.');
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
}

/** Responds with an AWS error, or with 500 and the message for a bug of this server. */
function fail(response: ServerResponse, error: unknown): void {
  const refused = error instanceof AwsError;
  const code = refused ? error.code : 'InternalException';
  response.setHeader('x-amzn-errortype', code);
  // Closes the connection if the body was not read to its end; the rest would be parsed as the next request.
  if (!response.req.complete) response.setHeader('connection', 'close');
  const message = refused ? error.message : String(error instanceof Error ? error.stack : error);
  send(response, refused ? 400 : 500, { __type: code, message });
}
