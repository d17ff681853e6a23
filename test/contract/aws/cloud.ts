import { it } from '@jest/globals';
import type { RoleCredentials } from '../../../lib/platform/aws/eks-token.ts';

/** Services that the ports use, by the names that they sign with. */
export type Service = 'events' | 's3' | 'logs' | 'secretsmanager' | 'sqs' | 'lambda';

/** A cloud that the suites run on, with a bus, a bucket, a secret, a log group and a queue of their own. */
export type Cloud = {
  readonly region: string;
  readonly credentials: RoleCredentials;
  /** URL of a service; absent for AWS's own. */
  endpointOf(service: Service): string | undefined;
  /** Number of the account. */
  readonly account: string;
  readonly bus: string;
  readonly bucket: string;
  /** Name of a secret whose text is {@link SECRET_TEXT}. */
  readonly secret: string;
  readonly logGroup: string;
  /** Name of the queue. */
  readonly queue: string;
  /** Writes events to a new stream of the log group. */
  writeLog(stream: string, events: readonly { timestamp: number; message: string }[]): Promise<void>;
  sendMessage(body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
};

export const SECRET_TEXT = 'open sesame';

export type Suite = (cloud: () => Cloud, it: ContractIt) => void;

/** A test of the contract; one that the cloud is known to fail is run too, and must fail. */
export type ContractIt = (title: string, run: () => Promise<void>) => void;

export type CloudName = 'embedded' | 'localstack' | 'moto' | 'aws';

/**
 * Tests that a cloud fails, by their titles, with the reason. What AWS does is in the test; a cloud for tests that differs
 * is listed here, and its test fails as soon as it no longer differs.
 */
const DIFFERENCES: Readonly<Record<CloudName, Readonly<Record<string, string>>>> = {
  aws: {},
  embedded: {},
  localstack: {
    'tells a pattern that EventBridge takes from one that it refuses':
      'LocalStack takes any pattern in PutRule',
    'has no log of a pod that wrote none': 'LocalStack applies no filter pattern that has a path of JSON',
  },
  moto: {
    'refuses a cron that EventBridge does not know':
      'moto takes any ScheduleExpression that looks like cron(…)',
    'loses events of a bus that is not there without a word, as AWS does':
      'moto answers ResourceNotFoundException',
    'refuses other bytes than were signed': 'moto checks no checksum',
    'refuses another length than was signed': 'moto checks no signed header',
    'refuses another key than was signed': 'moto checks no signature',
    'reads a log from its beginning, over pages': 'moto answers "nextToken": null, which AWS leaves out',
    'reads the last lines of a log': 'moto answers "nextToken": null, which AWS leaves out',
    'reads a log from a second on': 'moto answers "nextToken": null, which AWS leaves out',
    'has no log of a pod that wrote none': 'moto answers "nextToken": null, which AWS leaves out',
  },
};

export const testsOn =
  (name: CloudName): ContractIt =>
  (title, run) =>
    title in DIFFERENCES[name] ? it.failing(title, run) : it(title, run);
