import { type Cloud, startCloud } from '../../../local/cloud.ts';
import { IDENTITIES_NAMESPACE } from '../../../local/cluster/access.ts';
import { setUpEmbeddedCluster } from '../../../local/cluster/set-up.ts';
import { createFakeClock, type FakeClock, replaceDate } from '../../../local/fake-clock.ts';
import { clusterApi } from '../../support/cluster-api.ts';
import { eventually } from '../../support/eventually.ts';
import { makePrograms, type Programs } from './programs.ts';

/** Cloud whose clock can be moved, its cluster's included, to create a history within a minute. */
export type ScreenshotData = {
  readonly cloud: Cloud;
  readonly clock: FakeClock;
  readonly programs: Programs;
  openSpace(name: string): Promise<void>;
  apply(manifests: readonly object[]): Promise<void>;
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Fires the rules of a minute; tasks take `seconds`. Resolves when all have ended. */
  minute(minute: Date, seconds: number): Promise<void>;
  /** Resolves when `left` tasks of the space run. */
  quiet(space: string, left?: number): Promise<void>;
  stop(): Promise<void>;
};

/** Lifetime of tokens in seconds, longer than any history. */
const TOKEN_SECONDS = 90 * 24 * 3_600;

const machineNow = Date.now;

export async function startScreenshotData(begin: Date, spaces: readonly string[]): Promise<ScreenshotData> {
  const clock = createFakeClock();
  clock.moveTo(begin);
  replaceDate(clock.offset);
  const programs = await makePrograms();
  process.env.PATH = `${programs.folder}:${process.env.PATH}`;
  const cluster = await setUpEmbeddedCluster();
  const admin = clusterApi(cluster.cluster.admin);
  const token = async (name: string): Promise<string> => {
    const path = `/api/v1/namespaces/${IDENTITIES_NAMESPACE}/serviceaccounts/${name}/token`;
    const { body } = await admin.create(path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: TOKEN_SECONDS },
    });
    return body.status.token ?? '';
  };
  const cloud = await startCloud({ cluster: { ...cluster.access, token }, clock });
  const call = caller(cloud);
  for (const space of spaces) await cluster.openSpace(space);
  const quiet: ScreenshotData['quiet'] = (space, left = 0) =>
    eventually(
      async () => {
        const running = Object(await call('GET', `${space}/tasks?state=running&limit=100`)).items.length;
        const pending = Object(await call('GET', `${space}/tasks?state=pending&limit=100`)).items.length;
        return running + pending <= left ? (true as const) : undefined;
      },
      { what: `quiet in ${space}` },
    ).then(() => undefined);
  return {
    ...{ cloud, clock, programs, call, quiet },
    openSpace: cluster.openSpace,
    apply: (manifests) => cluster.cluster.apply(manifests),
    minute: async (minute, seconds) => {
      await programs.gate(false);
      await cloud.runMinute(minute);
      // All tasks start before the clock moves, so that they take that long.
      for (const space of spaces) await allStarted(call, space);
      clock.moveTo(new Date(minute.getTime() + seconds * 1_000));
      await programs.gate(true);
      for (const space of spaces) await quiet(space);
    },
    stop: async () => {
      await cloud.stop();
      await cluster.stop();
      admin.close();
      await programs.remove();
    },
  };
}

/** Real time of the machine, whatever the moved clock shows. */
export const realNow = (): Date => new Date(machineNow());

const allStarted = (call: ScreenshotData['call'], space: string) =>
  eventually(
    async () => {
      const { items } = Object(await call('GET', `${space}/tasks?state=pending&limit=100`));
      return items.length === 0 ? true : undefined;
    },
    { what: `the start of all tasks in ${space}` },
  );

const caller =
  ({ url, credentials }: Cloud): ScreenshotData['call'] =>
  async (method, path, body) => {
    const response = await fetch(`${url}/v1/spaces/${path}`, {
      method,
      headers: { authorization: `Bearer ${credentials.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
