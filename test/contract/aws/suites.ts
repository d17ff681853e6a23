import { afterAll, beforeAll } from '@jest/globals';
import { busContract } from './bus.contract.ts';
import { type Cloud, type CloudName, testsOn } from './cloud.ts';
import { logArchiveContract } from './log-archive.contract.ts';
import { queueContract } from './queue.contract.ts';
import { rulesContract } from './rules.contract.ts';
import { secretsContract } from './secrets.contract.ts';
import { sourcesContract } from './sources.contract.ts';

const SUITES = [
  rulesContract,
  busContract,
  sourcesContract,
  logArchiveContract,
  secretsContract,
  queueContract,
];

/** Runs the suites of the ports to AWS on a cloud. */
export function onCloud(name: CloudName, start: () => Promise<Cloud>): void {
  let cloud: Cloud | undefined;
  beforeAll(async () => {
    cloud = await start();
  });
  afterAll(async () => cloud?.stop());
  for (const suite of SUITES) {
    suite(() => {
      if (cloud === undefined) throw new Error('The cloud did not start; see the first failure.');
      return cloud;
    }, testsOn(name));
  }
}
