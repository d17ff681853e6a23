import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { Connection } from './http-client.ts';

type Named<K extends string, T> = { readonly name: string } & Readonly<Record<K, T>>;
type Cluster = Readonly<Record<string, string | undefined>>;
/** Command that prints a token, such as that of `aws eks update-kubeconfig`. */
type Exec = {
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
};
type User = Omit<Cluster, 'exec'> & { readonly exec?: Exec };
type Kubeconfig = {
  readonly 'current-context': string;
  readonly contexts: readonly Named<'context', { readonly cluster: string; readonly user: string }>[];
  readonly clusters: readonly Named<'cluster', Cluster>[];
  readonly users: readonly Named<'user', User>[];
};

/**
 * Connection of the current context of a kubeconfig file: certificates or a token, as data, as files beside it, or by a command.
 * Throws when the context, its cluster or its user is not there, or when a file can't be read.
 */
export async function readKubeconfig(file: string): Promise<Connection> {
  const config = parse(await readFile(file, 'utf8')) as Kubeconfig;
  const { context } = named(config.contexts, config['current-context'], `contexts of ${file}`);
  const { cluster } = named(config.clusters, context.cluster, `clusters of ${file}`);
  const { user } = named(config.users, context.user, `users of ${file}`);
  const pem = async (of: Cluster, field: string): Promise<string | undefined> => {
    const data = of[`${field}-data`];
    if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
    const path = of[field];
    return path === undefined ? undefined : readFile(resolve(dirname(file), path), 'utf8');
  };
  return {
    url: cluster.server ?? '',
    ca: await pem(cluster, 'certificate-authority'),
    certificate: await pem(user, 'client-certificate'),
    key: await pem(user, 'client-key'),
    token: user.exec === undefined ? user.token : await tokenBy(user.exec),
  };
}

async function tokenBy({ command, args, env }: Exec): Promise<string> {
  const variables = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const { stdout } = await promisify(execFile)(command, [...(args ?? [])], {
    env: { ...process.env, ...variables },
  });
  return JSON.parse(stdout).status.token;
}

function named<T extends { readonly name: string }>(entries: readonly T[], name: string, where: string): T {
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`"${name}" is not among the ${where}`);
  return found;
}
