import { beforeAll, describe, expect } from '@jest/globals';
import { callsOn } from '../../../lib/platform/aws/cloudwatch-logs.ts';
import type { LogArchive } from '../../../lib/tasks/log.ts';
import { logArchive } from '../../../lib/tasks/repository-log-archive.ts';
import type { Suite } from './cloud.ts';

const LINES = 1_500;

/** Longest time of all calls of a test, in ms: CloudWatch shows an event some seconds after it was written. */
const WITHIN_MS = 60_000;

/** Pods' logs in CloudWatch Logs, as Fluent Bit writes them. */
export const logArchiveContract: Suite = (cloud, it) => {
  describe('the port to archived logs', () => {
    const begin = Math.floor(Date.now() / 1000) * 1000 - 60_000;
    const textOf = (index: number) => `line ${index} of ${LINES}`;
    let archive: LogArchive;

    const read = async (pod: string, start: { tail?: number; since?: number }) => {
      const log = await archive.read('team-a', pod, { from: new Date(begin), to: new Date() }, start);
      if (log === 'gone') return log;
      const lines: string[] = [];
      for await (const { bytes } of log) lines.push(bytes.toString().trimEnd());
      return lines;
    };

    beforeAll(async () => {
      const { region, credentials, logGroup, endpointOf, writeLog } = cloud();
      const group = { name: logGroup, region, credentials, endpoint: endpointOf('logs') };
      archive = logArchive(callsOn(group, WITHIN_MS));
      const stream = 'node-application.var.log.containers.billing-abc-pod_team-a_step-user-container-0.log';
      const kubernetes = { pod_name: 'billing-abc-pod', namespace_name: 'team-a' };
      await writeLog(
        stream,
        Array.from({ length: LINES }, (_, index) => ({
          timestamp: begin + index,
          message: JSON.stringify({
            time: new Date(begin + index).toISOString(),
            log: textOf(index),
            kubernetes: { ...kubernetes, container_name: 'step-user-container' },
          }),
        })),
      );
    });

    it('reads a log from its beginning, over pages', async () => {
      expect(await read('billing-abc-pod', {})).toEqual(
        Array.from({ length: LINES }, (_, index) => textOf(index)),
      );
    });

    it('reads the last lines of a log', async () => {
      expect(await read('billing-abc-pod', { tail: 3 })).toEqual(
        [LINES - 3, LINES - 2, LINES - 1].map(textOf),
      );
    });

    it('reads a log from a second on', async () => {
      const lines = await read('billing-abc-pod', { since: begin / 1000 + 1 });
      expect(lines.slice(0, 1)).toEqual([textOf(1000)]);
      expect(lines).toHaveLength(LINES - 1000);
    });

    it('has no log of a pod that wrote none', async () => {
      expect(await read('billing-xyz-pod', {})).toBe('gone');
    });
  });
};
