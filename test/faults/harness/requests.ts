import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as backfill from '../../../functions/backfill.ts';
import * as createJob from '../../../functions/create-job.ts';
import * as createTrigger from '../../../functions/create-trigger.ts';
import * as deleteApp from '../../../functions/delete-app.ts';
import * as deleteJob from '../../../functions/delete-job.ts';
import * as deleteJobSchedule from '../../../functions/delete-job-schedule.ts';
import * as deleteTrigger from '../../../functions/delete-trigger.ts';
import * as fireEvent from '../../../functions/fire-event.ts';
import * as fireJob from '../../../functions/fire-job.ts';
import * as pushApp from '../../../functions/push-app.ts';
import * as read from '../../../functions/read.ts';
import * as reconcile from '../../../functions/reconcile.ts';
import * as runJob from '../../../functions/run-job.ts';
import * as runTask from '../../../functions/run-task.ts';
import * as runTaskOnEvent from '../../../functions/run-task-on-event.ts';
import * as scheduleJob from '../../../functions/schedule-job.ts';
import * as terminateTask from '../../../functions/terminate-task.ts';
import * as updateJob from '../../../functions/update-job.ts';
import * as uploadSource from '../../../functions/upload-source.ts';
import type { Endpoint } from '../../../lib/http/endpoint.ts';
import type { EventHandler, PortsWithin } from '../../../lib/lambda/async-handler.ts';
import type { AllPorts } from '../../support/memory-ports.ts';
import { SPACE } from '../../support/memory-ports.ts';

/** The functions that HTTP calls, with their routes. */
export const HTTP_FUNCTIONS: Readonly<Record<string, Readonly<Record<string, Endpoint<AllPorts>>>>> = {
  'push-app': pushApp.endpoints,
  'upload-source': uploadSource.endpoints,
  'delete-app': deleteApp.endpoints,
  'run-task': runTask.endpoints,
  'terminate-task': terminateTask.endpoints,
  'create-job': createJob.endpoints,
  'run-job': runJob.endpoints,
  backfill: backfill.endpoints,
  'update-job': updateJob.endpoints,
  'schedule-job': scheduleJob.endpoints,
  'delete-job-schedule': deleteJobSchedule.endpoints,
  'create-trigger': createTrigger.endpoints,
  'delete-trigger': deleteTrigger.endpoints,
  'delete-job': deleteJob.endpoints,
  read: read.endpoints,
};

/** The functions that events call. */
export const EVENT_FUNCTIONS: Readonly<Record<string, (ports: PortsWithin<AllPorts>) => EventHandler>> = {
  'fire-job': fireJob.handlerOver,
  'fire-event': fireEvent.handlerOver,
  'run-task-on-event': runTaskOnEvent.handlerOver,
  reconcile: reconcile.handlerOver,
};

/** Function and its payload. */
export type Request = { readonly fn: string; readonly event: unknown };

type Parts = {
  readonly body?: unknown;
  readonly key?: string;
  readonly path?: Readonly<Record<string, string>>;
};

/** A request to the function whose route this is, from the space on: `PUT /apps/billing`. */
export function http(text: string, { body, key }: Parts = {}): Request {
  const [method = '', path = ''] = text.split(' ');
  const rawPath = `/v1/spaces/${SPACE}${path}`;
  for (const [fn, endpoints] of Object.entries(HTTP_FUNCTIONS)) {
    for (const routeKey of Object.keys(endpoints)) {
      const pathParameters = match(routeKey, `${method} ${rawPath}`);
      if (pathParameters === undefined) continue;
      return { fn, event: httpEvent({ routeKey, rawPath, pathParameters, body: JSON.stringify(body), key }) };
    }
  }
  throw new Error(`No route for ${text}.`);
}

function match(routeKey: string, asked: string): Record<string, string> | undefined {
  const pattern = routeKey.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const found = new RegExp(`^${pattern}$`).exec(asked);
  return found === null ? undefined : { ...found.groups };
}

type EventParts = {
  readonly routeKey: string;
  readonly rawPath: string;
  readonly pathParameters: Record<string, string>;
  readonly body?: string | undefined;
  readonly key?: string | undefined;
  readonly query?: Record<string, string> | undefined;
};

/** An event as an HTTP API sends it, of a caller whom IAM has let in. */
function httpEvent({
  routeKey,
  rawPath,
  pathParameters,
  body,
  key,
  query,
}: EventParts): APIGatewayProxyEventV2 {
  const [method = ''] = routeKey.split(' ');
  const http = { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.10', userAgent: 'test' };
  const context = {
    ...{ accountId: '1', apiId: 'api', domainName: 'api', domainPrefix: 'api', stage: '$default' },
    ...{ requestId: 'request', routeKey, time: '', timeEpoch: 0, http },
    authorizer: { iam: { userArn: 'arn:aws:sts::111122223333:assumed-role/developer/ada' } },
  };
  return {
    ...{ version: '2.0', routeKey, rawPath, rawQueryString: '', isBase64Encoded: false },
    headers: key === undefined ? {} : { 'idempotency-key': key },
    pathParameters,
    requestContext: context,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(body === undefined ? {} : { body }),
  };
}

/** A fire of the rule of a job. */
export const fire = (job: string, time: Date): Request => ({
  fn: 'fire-job',
  event: { space: SPACE, job, time: time.toISOString() },
});

const eventOf = (id: string, detailType: string, detail: object) => ({
  ...{ version: '0', id, source: 'shop.orders', 'detail-type': detailType },
  ...{ time: '2026-11-24T21:20:00Z', account: '000000000000', region: 'us-east-1', resources: [] },
  detail,
});

/** An event that asks for a task. */
export const taskByEvent = (id: string, app: string): Request => ({
  fn: 'run-task-on-event',
  event: eventOf(id, 'Run Task', { space: SPACE, app, command: 'bin/once' }),
});

/** An event as the rule of a trigger hands it on. `id`: of EventBridge. */
export const eventFor = (job: string, id: string): Request => ({
  fn: 'fire-event',
  event: {
    ...{ space: SPACE, job },
    event: eventOf(id, 'Order Placed', { order: id }),
  },
});

/** A minute of the reconcile. */
export const RECONCILE: Request = { fn: 'reconcile', event: {} };
