import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Files by which the programs of one user reach a start of the local cloud. */
export type AccessFiles = {
  /** Path of a file that a shell sources: it exports the variables. */
  readonly env: string;
  remove(): Promise<void>;
};

type Access = {
  readonly variables: Readonly<Record<string, string>>;
  /** Content of a kubeconfig, to which `KUBECONFIG` is set. Absent: the user's own is used. */
  readonly kubeconfig?: string | undefined;
};

/** Folder of the start whose HTTP API has this port: the same each time, beside the settings of the command line. */
export const accessFolder = (port: number, env: NodeJS.ProcessEnv): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'taskbridge', `local-${port}`);

/** Writes the files of a start into a folder that only its user can read; what an earlier start left there is removed. */
export async function writeAccessFiles(
  folder: string,
  { variables, kubeconfig }: Access,
): Promise<AccessFiles> {
  const remove = () => rm(folder, { recursive: true, force: true });
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  await remove();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const all =
    kubeconfig === undefined
      ? variables
      : { ...variables, KUBECONFIG: await write('kubeconfig', kubeconfig) };
  const lines = Object.entries(all).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return { env: await write('env', `${[WARNING, ...lines].join('\n')}\n`), remove };
}

const WARNING =
  '# Addresses and secrets of a running local Taskbridge. Whoever can read them runs commands as you.';

/** Text as one word of a shell. Words of safe characters alone stay as they are. */
export const quoted = (text: string): string =>
  /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
