import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud.ts';
import { type SetUpCluster, setUpEmbeddedCluster } from '../../../local/cluster/set-up.ts';
import { BUNDLES } from '../../support/bundles.ts';
import { outsideDocument } from '../../support/openapi.ts';

export type ConsoleCloud = {
  readonly cloud: Cloud;
  readonly cluster: SetUpCluster;
  /** Creates a space. */
  openSpace(name: string): Promise<void>;
  /** Calls the API directly, without a browser. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Stops the cloud. Throws where a response did not match the OpenAPI document. */
  stop(): Promise<void>;
};

/** Starts an empty embedded cloud with the console. */
export async function startConsoleCloud(options: Omit<CloudOptions, 'cluster'> = {}): Promise<ConsoleCloud> {
  const cluster = await setUpEmbeddedCluster();
  const outside: string[] = [];
  const cloud = await startCloud({
    ...options,
    bundles: BUNDLES,
    cluster: cluster.access,
    onResponse: (answer) => outside.push(...outsideDocument(answer)),
  });
  return {
    cloud,
    cluster,
    openSpace: cluster.openSpace,
    call: async (method, path, body) => {
      const response = await fetch(`${cloud.url}/v1/spaces/${path}`, {
        method,
        headers: { authorization: `Bearer ${cloud.credentials.token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    stop: async () => {
      await cloud.stop();
      await cluster.stop();
      if (outside.length > 0) throw new Error(outside.join('\n'));
    },
  };
}
