import { spawnSync } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import * as v from 'valibot';

/** Ports that a process listens on, from Linux's tables. */
export async function portsOf(pid: number): Promise<readonly number[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => '')),
  );
  const rows = (await readFile(`/proc/${pid}/net/tcp`, 'utf8')).trim().split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && links.includes(`socket:[${inode}]`))
    .map(([, address = '']) => Number.parseInt(address.split(':')[1] ?? '', 16));
}

const SCRIPT = `
  import { readFile } from 'node:fs/promises';
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  const [file, path, ...ports] = process.argv.slice(1);
  const statusOf = async (port) => {
    const ask = (scheme) => fetch(scheme + '://127.0.0.1:' + port + path, { method: 'PUT', body: '{}' });
    return (await ask('http').catch(() => ask('https'))).status;
  };
  const statuses = await Promise.all(ports.map(statusOf));
  const read = await readFile(file, 'utf8').then(() => 'read', ({ code }) => code);
  console.log(JSON.stringify({ read, statuses }));`;

/** `read`: the code of the error of reading a file; `statuses`: those of the requests. */
const Answer = v.object({ read: v.string(), statuses: v.array(v.number()) });
type Answer = v.InferOutput<typeof Answer>;

/** What another user of this machine gets: by reading a file, and by a PUT of a path on each port. */
export function asNobody(file: string, path: string, ports: readonly number[]): Answer {
  const uid = 65_534;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', '--input-type=module', '-e', SCRIPT, file, path, ...ports.map(String)],
    { uid, gid: uid, cwd: '/', env: {}, encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  return v.parse(Answer, JSON.parse(stdout));
}
