import type { Server } from 'node:http';
import { AwsError } from '../aws-error.ts';
import { createAwsServer } from '../aws-server.ts';
import type { Credentials } from '../credentials.ts';
import { filterLogEvents, getLogEvents, type LogGroup } from './operations.ts';

const OPERATIONS = new Map([
  ['FilterLogEvents', filterLogEvents],
  ['GetLogEvents', getLogEvents],
]);

/** Read API of CloudWatch Logs over JSON 1.1: POST / with the operation in `X-Amz-Target`. */
export const createCloudWatchLogsServer = (group: () => LogGroup, credentials: Credentials): Server =>
  createAwsServer({
    service: 'logs',
    credentials,
    contentType: 'application/x-amz-json-1.1',
    handle: ({ operation: name, body }) => {
      const operation = OPERATIONS.get(name);
      if (operation === undefined) throw new AwsError('UnknownOperationException', name);
      return { status: 200, body: operation(group(), JSON.parse(body)) };
    },
  });
