import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { BuildConfig } from '../../../local/lifecycle/builds.ts';
import { type ClusterApi, clusterApi } from '../../support/cluster-api.ts';
import { eventually } from '../../support/eventually.ts';
import type { Connection } from '../../support/http-client.ts';
import { listPath, NAMESPACES, objectPath } from '../../support/paths.ts';

/** The identities of cluster/, and `admin`, which only sets tests up. */
type Identity = 'reader' | 'runner' | 'keeper' | 'admin';

const IDENTITIES = ['reader', 'runner', 'keeper'] as const;

/** A cluster that the suites run on, without a word about which one. */
export type Target = {
  readonly url: string;
  /** Certificate of its authority in PEM; absent for a server without TLS. */
  readonly ca?: string | undefined;
  /** An image with a shell and the usual commands. */
  readonly image: string;
  /** Build settings; absent on a cluster that builds nothing. */
  readonly builds?: BuildConfig | undefined;
  token(identity: Identity): string;
  as(identity: Identity): ClusterApi;
  /** Makes a namespace that is open to the identities, and waits until it is. */
  openSpace(): Promise<string>;
  /** Makes a namespace that is not. */
  closedNamespace(): Promise<string>;
};

/** Target with `stop`, which removes its namespaces even after a failure. */
export type Harness = { readonly target: Target; stop(): Promise<void> };

type Options = {
  readonly connection: Connection;
  readonly tokens: Readonly<Record<Identity, string>>;
  readonly image: string;
  readonly builds?: BuildConfig | undefined;
};

/** Objects that `kubectl apply -k cluster/space` creates, by plural. */
const OF_A_SPACE = [
  ['rolebindings', new URL('../../../cluster/space/role-bindings.yaml', import.meta.url)],
  ['serviceaccounts', new URL('../../../cluster/space/build-account.yaml', import.meta.url)],
] as const;

/** A namespace controller on a busy machine has many namespaces to empty. */
const GONE_MS = 200_000;

/** The target over a cluster in which cluster/ is applied. */
export function harness({ connection: { url, ca }, tokens, image, builds }: Options): Harness {
  const connect = (identity: Identity) => clusterApi({ url, ca, token: tokens[identity] });
  const apis = {
    reader: connect('reader'),
    runner: connect('runner'),
    keeper: connect('keeper'),
    admin: connect('admin'),
  };
  const made: string[] = [];

  const closedNamespace = async (): Promise<string> => {
    const name = `contract-${randomBytes(4).toString('hex')}`;
    const { status, text } = await apis.admin.create(NAMESPACES, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
    if (status !== 201) throw new Error(`Namespace ${name}: ${status} ${text}`);
    made.push(name);
    return name;
  };

  const openSpace = async (): Promise<string> => {
    const space = await closedNamespace();
    await furnish(apis.admin, space);
    await Promise.all([
      ...IDENTITIES.map((identity) => found(apis[identity], listPath('pipelineruns', space))),
      found(apis.admin, objectPath('serviceaccounts', space, 'default')),
    ]);
    return space;
  };

  return {
    target: {
      url,
      ca,
      image,
      builds,
      token: (identity) => tokens[identity],
      as: (identity) => apis[identity],
      openSpace,
      closedNamespace,
    },
    stop: async () => {
      try {
        await removeNamespaces(apis.admin, made);
      } finally {
        for (const api of Object.values(apis)) api.close();
      }
    },
  };
}

/**
 * Removes namespaces, and waits until their Apps and Jobs are gone: the next reconcile of another suite sees all of the
 * cluster, and would use up its quota of rules for theirs.
 */
async function removeNamespaces(admin: ClusterApi, names: readonly string[]): Promise<void> {
  const answers = await Promise.all(names.map((name) => admin.delete(`${NAMESPACES}/${name}`)));
  const refused = answers.find(({ status }) => status !== 200);
  if (refused !== undefined) throw new Error(`A namespace stays: ${refused.status} ${refused.text}`);
  const lists = names.flatMap((name) => [listPath('apps', name), listPath('jobs', name)]);
  await Promise.all(
    lists.map((path) =>
      eventually(
        async () => ((await admin.get(`${path}?limit=1`)).body.items.length === 0 ? true : undefined),
        {
          withinMs: GONE_MS,
          what: `the end of ${path}`,
        },
      ),
    ),
  );
}

async function furnish(admin: ClusterApi, space: string): Promise<void> {
  for (const [plural, file] of OF_A_SPACE) {
    for (const document of parseAllDocuments(await readFile(file, 'utf8'))) {
      const { status, text } = await admin.create(listPath(plural, space), document.toJS());
      if (status !== 201) throw new Error(`${plural} in ${space}: ${status} ${text}`);
    }
  }
}

const found = (api: ClusterApi, path: string): Promise<true> =>
  eventually(async () => ((await api.get(path)).status === 200 ? true : undefined), {
    what: `GET ${path}`,
  });
