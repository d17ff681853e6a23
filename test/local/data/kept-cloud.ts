import { type Cloud, startCloud } from '../../../local/cloud.ts';
import { type SetUpCluster, setUpEmbeddedCluster } from '../../../local/cluster/set-up.ts';
import { type Data, openData } from '../../../local/data/data.ts';
import { createFakeClock, type FakeClock } from '../../../local/fake-clock.ts';
import { BUNDLES } from '../../support/bundles.ts';
import { type ClusterApi, clusterApi } from '../../support/cluster-api.ts';
import { runsOf } from '../../support/runs.ts';

export const SPACE = 'demo';

/** One start of a cluster whose data is in a folder. */
export type KeptCluster = SetUpCluster & {
  readonly data: Data;
  readonly api: ClusterApi;
  readonly runs: ReturnType<typeof runsOf>;
};

/** Starts a cluster with the data of a folder. */
export async function startKeptCluster(folder: string): Promise<KeptCluster> {
  const data = await openData(folder, {
    onFailure: (error) => {
      throw error;
    },
  });
  const cluster = await setUpEmbeddedCluster(data);
  await cluster.openSpace(SPACE);
  const api = clusterApi(cluster.cluster.admin);
  return {
    ...cluster,
    ...{ data, api, runs: runsOf(api, SPACE) },
    stop: async () => {
      api.close();
      await cluster.stop();
      await data.close();
    },
  };
}

/** One start of the local cloud whose data is in a folder. */
export type KeptCloud = Pick<Cloud, 'credentials' | 'eventBridge' | 'deadLetters' | 'runMinute' | 'url'> & {
  readonly clock: FakeClock;
  readonly cluster: KeptCluster;
  /** Body of the answer to a request of the developer. Throws for an error. */
  call(method: string, path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
};

/** Starts the local cloud with the data of a folder, at a time. */
export async function startKeptCloud(folder: string, now: Date): Promise<KeptCloud> {
  const cluster = await startKeptCluster(folder);
  const clock = createFakeClock();
  clock.moveTo(now);
  const { access, data } = cluster;
  const cloud = await startCloud({ cluster: access, clock, data, bundles: BUNDLES });
  return {
    ...cloud,
    cluster,
    call: async (method, path, body) => {
      const response = await fetch(`${cloud.url}/v1/spaces/${SPACE}/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${cloud.credentials.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    stop: async () => {
      await cloud.stop();
      await cluster.stop();
    },
  };
}
