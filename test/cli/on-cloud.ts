import { afterAll, beforeAll } from '@jest/globals';
import { type Api, startApi } from '../contract/support/api.ts';
import { onEmbeddedCluster } from '../contract/support/on-cluster.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';

type Cloud = { readonly api: Api; readonly space: string; readonly run: CommandLine };

/** Runs a suite of the command line against the embedded cloud, in a space of its own with the app `billing`. */
export const onCloud = (suite: (cloud: () => Cloud) => void): void =>
  onEmbeddedCluster((target) => {
    let cloud: Cloud | undefined;

    beforeAll(async () => {
      const api = await startApi(target());
      const space = await target().openSpace();
      const run = await commandLine({
        TASKBRIDGE_URL: api.url,
        TASKBRIDGE_SPACE: space,
        TASKBRIDGE_TOKEN: api.token,
      });
      cloud = { api, space, run };
    });

    afterAll(async () => {
      await cloud?.api.stop();
    });

    suite(() => {
      if (cloud === undefined) throw new Error('The cloud did not start; see the first failure.');
      return cloud;
    });
  });
