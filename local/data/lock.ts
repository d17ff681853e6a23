import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** Lock of a folder, held by this process. */
export type Lock = {
  release(): Promise<void>;
};

/** Socket of a process that has locked the folder. */
export const LOCK_FILE = /^lock-[0-9a-f]+$/;

/** Limit of a socket's path in bytes, on Linux and macOS. */
const MAX_PATH_BYTES = 103;

/**
 * Locks a folder for this process. Each process listens on a socket of its own in it and then looks for others, so that of two
 * that start at once no more than one has it. The kernel closes the socket of a process that ends in whatever way, and a
 * socket that is closed locks nothing. Returns `undefined` where another process has the lock.
 */
export async function lockFolder(folder: string): Promise<Lock | undefined> {
  const own = `lock-${randomBytes(4).toString('hex')}`;
  if (Buffer.byteLength(join(folder, own)) > MAX_PATH_BYTES) {
    const most = MAX_PATH_BYTES - own.length - 1;
    throw new Error(`The path ${folder} is too long for a socket: at most ${most} bytes.`);
  }
  const server = createServer((socket) => socket.destroy()).listen(join(folder, own));
  await once(server, 'listening');
  server.unref();
  await chmod(join(folder, own), 0o600);
  const release = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
  const others = (await readdir(folder)).filter((name) => LOCK_FILE.test(name) && name !== own);
  const states = await Promise.all(others.map((name) => isListening(join(folder, name))));
  if (states.includes(true)) {
    await release();
    return undefined;
  }
  await Promise.all(others.map((name) => rm(join(folder, name), { force: true })));
  return { release };
}

/** Tests if a process listens on a socket. */
async function isListening(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
