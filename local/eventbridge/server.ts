import type { Server } from 'node:http';
import { AwsError } from '../aws-error.ts';
import { type AwsRequest, createAwsServer } from '../aws-server.ts';
import type { Credentials } from '../credentials.ts';
import { type Authorize, checkPermissions } from './authorize.ts';
import type { Buses } from './bus.ts';
import * as buses from './bus-operations.ts';
import { putEvents, type Send } from './event-operations.ts';
import { testEventPattern } from './pattern.ts';
import * as rules from './rule-operations.ts';
import * as tags from './tag-operations.ts';
import * as targets from './target-operations.ts';

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
  readonly credentials: Credentials;
  /** Default: everything is allowed. */
  readonly authorize?: Authorize | undefined;
  /** Sends accepted events. Default: they are dropped. */
  readonly send?: Send;
};

/** API of the buses over JSON 1.1: POST / with the operation in `X-Amz-Target`. The access key identifies the caller. */
export const createEventBridgeServer = (on: Buses, options: ServerOptions): Server =>
  createAwsServer({
    service: 'events',
    credentials: options.credentials,
    contentType: 'application/x-amz-json-1.1',
    handle: (request) => ({ status: 200, body: handle(on, request, options) }),
  });

function handle(
  on: Buses,
  { request, accessKey, operation: name, body: text }: AwsRequest,
  { authorize, send = () => {} }: ServerOptions,
): object {
  const operation = request.method === 'POST' ? OPERATIONS.get(name) : undefined;
  if (operation === undefined) {
    const requested = name === '' ? `${request.method} ${request.url} without X-Amz-Target` : name;
    throw new AwsError(
      'UnknownOperationException',
      `${requested} is not served here; served: ${[...OPERATIONS.keys()].join(', ')}.`,
    );
  }
  const body = parseJson(text);
  if (authorize !== undefined) checkPermissions(authorize, on, { accessKey, operation: name, body });
  return operation(on, body, send);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON.');
  }
}
