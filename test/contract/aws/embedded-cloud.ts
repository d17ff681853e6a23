import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT, REGION } from '../../../local/account.ts';
import type { LogEvent } from '../../../local/cloudwatch-logs/operations.ts';
import { createCloudWatchLogsServer } from '../../../local/cloudwatch-logs/server.ts';
import { SOURCES_BUCKET, startEmbeddedS3 } from '../../../local/s3/start.ts';
import { createQueue } from '../../../local/sqs/queue.ts';
import { createQueueServer } from '../../../local/sqs/server.ts';
import { CREDENTIALS, USER } from '../../support/credentials.ts';
import { startTestEventBridge } from '../../support/eventbridge.ts';
import { listen } from '../../support/listen.ts';
import { startSecretsManager } from '../../support/secrets-manager.ts';
import { type Cloud, SECRET_TEXT, type Service } from './cloud.ts';

const ALLOWED = { denialOf: () => undefined, isInvokeAllowed: () => true };

const BUS = 'contract-bus';
const SECRET = 'contract/secret';
const LOG_GROUP = '/contract/application';
const QUEUE = 'contract-queue';

/** The services of local/, one server each. */
export async function startEmbeddedCloud(): Promise<Cloud> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-sources-'));
  const now = () => new Date();
  const eventBridge = await startTestEventBridge({ buses: [BUS] });
  const s3 = await startEmbeddedS3({ directory, now, credentials: CREDENTIALS, permissions: ALLOWED });
  const secrets = await startSecretsManager({
    ...{ credentials: CREDENTIALS, permissions: ALLOWED },
    secrets: new Map([[SECRET, SECRET_TEXT]]),
  });
  const streams = new Map<string, readonly LogEvent[]>();
  const logs = createCloudWatchLogsServer(() => ({ name: LOG_GROUP, streams, pageSize: 1_000 }), CREDENTIALS);
  const queue = createQueue(QUEUE, now);
  const sqs = createQueueServer(queue, CREDENTIALS);
  const urls: Partial<Record<Service, string>> = {
    ...{ events: eventBridge.eventBridge.url, s3: s3.url, secretsmanager: secrets.url },
    logs: `http://127.0.0.1:${await listen(logs)}/`,
    sqs: `http://127.0.0.1:${await listen(sqs)}/`,
  };
  return {
    ...{ region: REGION, account: ACCOUNT, credentials: USER, bus: BUS, bucket: SOURCES_BUCKET },
    ...{ secret: SECRET, logGroup: LOG_GROUP, queue: QUEUE },
    endpointOf: (service) => urls[service],
    writeLog: async (stream, events) => void streams.set(stream, events),
    sendMessage: async (body, attributes) => queue.send(body, attributes),
    stop: async () => {
      await Promise.all([eventBridge.stop(), s3.stop(), secrets.stop(), stopped(logs), stopped(sqs)]);
      await rm(directory, { recursive: true });
    },
  };
}

const stopped = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
