import { createServer, type Server } from 'node:http';
import { AwsError } from '../aws-error.ts';
import { filterLogEvents, getLogEvents, type LogGroup } from './operations.ts';

const OPERATIONS = new Map([
  ['FilterLogEvents', filterLogEvents],
  ['GetLogEvents', getLogEvents],
]);

/** Read API of CloudWatch Logs over JSON 1.1: POST / with the operation in `X-Amz-Target`. */
export const createCloudWatchLogsServer = (group: () => LogGroup): Server =>
  createServer(async (request, response) => {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const name = String(request.headers['x-amz-target']).replace(/^Logs_20140328\./, '');
      const operation = OPERATIONS.get(name);
      if (operation === undefined) throw new AwsError('UnknownOperationException', name);
      if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential='))
        throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
      send(200, operation(group(), JSON.parse(Buffer.concat(chunks).toString())));
    } catch (error) {
      const code = error instanceof AwsError ? error.code : 'ServiceUnavailableException';
      const message = error instanceof Error ? error.message : String(error);
      send(error instanceof AwsError ? 400 : 500, { __type: code, message });
    }
  });
